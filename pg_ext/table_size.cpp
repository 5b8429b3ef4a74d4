#include "pg_ext/table_size.h"

#include <algorithm>

#include "pg_ext/named_relation.h"

namespace whimbrel::pg {

namespace {

constexpr std::string_view kSize = R"sql(
  SELECT pg_catalog.pg_relation_size(c.oid), c.reltuples::pg_catalog.int8,
         pg_catalog.has_table_privilege(c.oid, 'SELECT') AND pg_catalog.has_schema_privilege(c.relnamespace, 'USAGE')
    FROM pg_catalog.pg_class c WHERE c.relkind IN ('r', 'p', 'm') AND c.oid = )sql";

}  // namespace

TableSize size_of_table(Statements& statements, const std::string& identity) {
  TableSize size;
  bool readable = false;
  {
    const Cell parameters[] = {Cell::text(identity)};
    const auto reader = statements.query(std::string(kSize) + std::string(kNamedRelation), parameters);
    RowBatch batch;
    if (!reader->next(batch)) return size;
    const Cell* row = batch.row(0);
    size.known = true;
    size.bytes = row[0].integer;
    size.rows = row[1].integer;
    readable = row[2].integer != 0;
  }
  constexpr std::int64_t kQuicklyCounted = 64 * 1024 * 1024;
  if (!readable || (size.bytes > kQuicklyCounted && size.rows >= 0)) {
    size.rows = std::max<std::int64_t>(size.rows, 0);
    return size;
  }
  const auto reader = statements.query("SELECT pg_catalog.count(*) FROM " + identity, {});
  RowBatch batch;
  reader->next(batch);
  size.rows = batch.row(0)->integer;
  size.exact = true;
  return size;
}

}  // namespace whimbrel::pg
