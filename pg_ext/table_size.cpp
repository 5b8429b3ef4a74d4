#include "pg_ext/table_size.h"

#include <algorithm>

#include "pg_ext/named_relation.h"

namespace whimbrel::pg {

namespace {

// With its partitions and with what inherits from it, whose rows are its rows too; those that have not been
// analysed count like the others, by their size. -1 row: none has. Rows of other servers are not counted.
constexpr std::string_view kSize = R"sql(
    , parts (oid) AS (
    SELECT oid FROM wanted UNION SELECT i.inhrelid FROM parts p JOIN pg_catalog.pg_inherits i ON i.inhparent = p.oid)
  SELECT pg_catalog.sum(size)::pg_catalog.int8,
         CASE WHEN pg_catalog.sum(size) = 0 THEN 0
              ELSE coalesce(pg_catalog.sum(tuples) * pg_catalog.sum(size)
                              / nullif(pg_catalog.sum(size) FILTER (WHERE tuples >= 0), 0), -1) END::pg_catalog.int8,
         pg_catalog.bool_and(readable), pg_catalog.bool_and(relispopulated)
    FROM (SELECT pg_catalog.pg_relation_size(c.oid)::pg_catalog.float8 AS size,
                 CASE WHEN c.reltuples >= 0 AND c.relkind <> 'p' THEN c.reltuples::pg_catalog.float8 END AS tuples,
                 c.relkind <> 'f'
                   AND (c.oid NOT IN (SELECT oid FROM wanted) OR pg_catalog.has_table_privilege(c.oid, 'SELECT')
                        AND pg_catalog.has_schema_privilege(c.relnamespace, 'USAGE')) AS readable,
                 c.relispopulated
            FROM parts p JOIN pg_catalog.pg_class c ON c.oid = p.oid) AS one
  HAVING pg_catalog.count(*) > 0)sql";

}  // namespace

TableSize size_of_table(Statements& statements, const std::string& identity) {
  TableSize size;
  bool readable = false, has_data = false;
  {
    const std::string wanted =
        "WITH RECURSIVE wanted (oid) AS (SELECT c.oid FROM pg_catalog.pg_class c"
        " WHERE c.relkind IN ('r', 'p', 'm') AND c.oid = " +
        std::string(kNamedRelation) + ")";
    const Cell parameters[] = {Cell::text(identity)};
    const auto reader = statements.query(wanted + std::string(kSize), parameters);
    RowBatch batch;
    if (!reader->next(batch)) return size;
    const Cell* row = batch.row(0);
    size.known = true;
    size.bytes = row[0].integer;
    size.rows = row[1].integer;
    readable = row[2].integer != 0;
    has_data = row[3].integer != 0;
  }
  if (!has_data) {  // a materialized view that was made WITH NO DATA: to read it is an error
    size.rows = 0;
    size.exact = true;
    return size;
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
