#include "pg_ext/assess_domain.h"

#include "pg_ext/assess_column.h"
#include "pg_ext/assess_violations.h"
#include "pg_ext/guard.h"

namespace whimbrel::pg {

namespace {

std::string first_text(Statements& statements, std::string_view sql, Oid domain, const char* name) {
  const Cell parameters[] = {Cell::integer_of(domain), Cell::text(name)};
  const auto reader = statements.query(sql, parameters);
  RowBatch batch;
  return reader->next(batch) && batch.rows() > 0 ? std::string(batch.row(0)->view()) : std::string();
}

}  // namespace

std::vector<DomainColumn> columns_of_domain(Statements& statements, Oid domain) {
  const Cell parameters[] = {Cell::integer_of(domain)};
  const auto reader = statements.query(
      "SELECT c.oid::pg_catalog.int8, pg_catalog.quote_ident(a.attname),"
      " pg_catalog.format_type(t.typbasetype, t.typtypmod)"
      " FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid"
      " JOIN pg_catalog.pg_class c ON c.oid = a.attrelid AND c.relkind = 'r'"
      " WHERE a.atttypid = $1::pg_catalog.oid AND a.attnum > 0 AND NOT a.attisdropped"
      " ORDER BY c.relname, c.oid, a.attnum",
      parameters);
  std::vector<DomainColumn> columns;
  RowBatch batch;
  while (reader->next(batch))
    for (std::size_t i = 0; i < batch.rows(); ++i) {
      const Cell* const row = batch.row(i);
      columns.push_back(
          {static_cast<Oid>(row[0].integer), std::string(row[1].view()), std::string(row[2].view())});
    }
  return columns;
}

std::string unproven_domain_condition(Statements& statements, Oid domain, const char* name) {
  return first_text(statements,
                    "SELECT pg_catalog.pg_get_expr(k.conbin, 0) FROM pg_catalog.pg_constraint k"
                    " WHERE k.contypid = $1::pg_catalog.oid AND k.conname = $2 AND NOT k.convalidated"
                    " AND k.contype = 'c'",
                    domain, name);
}

// VALUE is a name like any other outside of a domain.
std::string count_breaking(const RelationName& table, const DomainColumn& column,
                           const std::string& condition) {
  return count_rows(
      "(SELECT " + column.name + "::" + column.base + " AS value FROM " + rows_of_table(table) + ") rows",
      "NOT (" + condition + ")");
}

}  // namespace whimbrel::pg
