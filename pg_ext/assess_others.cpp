#include "pg_ext/assess_others.h"

#include "common/each_row.h"

namespace whimbrel::pg {

namespace {

constexpr std::string_view kKeys = R"sql(
    'foreign key ' || pg_catalog.quote_ident(k.conname) || ' of ' || pg_catalog.quote_ident(n.nspname) || '.'
      || pg_catalog.quote_ident(c.relname)
    FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
   WHERE k.contype = 'f' AND k.conrelid <> k.confrelid AND )sql";

std::vector<OtherTable> read(Statements& statements, const std::string& sql,
                             std::span<const Cell> parameters) {
  std::vector<OtherTable> others;
  for_each_row(statements, sql, parameters, [&](const Cell* row) {
    OtherTable& other = others.emplace_back();
    other.table = static_cast<Oid>(row[0].integer);
    other.what = row[1].view();
  });
  return others;
}

std::vector<Oid> read_tables(Statements& statements, const std::string& sql, Oid table) {
  const Cell parameters[] = {Cell::integer_of(table)};
  std::vector<Oid> tables;
  for (const OtherTable& other : read(statements, sql, parameters)) tables.push_back(other.table);
  return tables;
}

// `which`: of the tables that inherit, and of partitions, as c.
std::string query_below(std::string_view which) {
  return "WITH RECURSIVE heirs (oid) AS (SELECT i.inhrelid FROM pg_catalog.pg_inherits i"
         " WHERE i.inhparent = $1::pg_catalog.oid UNION SELECT i.inhrelid FROM heirs h"
         " JOIN pg_catalog.pg_inherits i ON i.inhparent = h.oid)"
         " SELECT c.oid::pg_catalog.int8, c.relname::pg_catalog.text FROM heirs h JOIN pg_catalog.pg_class c"
         " ON c.oid = h.oid WHERE " +
         std::string(which) + " ORDER BY 2";
}

std::vector<OtherTable> read_keys(Statements& statements, std::string_view other, std::string_view own,
                                  std::string_view of_column, std::string_view of_constraint,
                                  const TablePart& part) {
  if (!OidIsValid(part.table)) return {};
  std::string sql = "SELECT k." + std::string(other) + "::pg_catalog.int8," + std::string(kKeys) + "k." +
                    std::string(own) + " = $1::pg_catalog.oid";
  std::vector<Cell> parameters = {Cell::integer_of(part.table)};
  if (const char* name = part.column != nullptr ? part.column : part.constraint) {
    sql += part.column != nullptr ? of_column : of_constraint;
    parameters.push_back(Cell::text(name));
  }
  return read(statements, sql + " ORDER BY 2", parameters);
}

}  // namespace

std::vector<OtherTable> parents_of(Statements& statements, const TablePart& part) {
  return read_keys(statements, "confrelid", "conrelid",
                   " AND EXISTS (SELECT FROM pg_catalog.pg_attribute a WHERE a.attrelid = k.conrelid"
                   " AND a.attname = $2::pg_catalog.name AND a.attnum = ANY (k.conkey))",
                   " AND k.conname = $2::pg_catalog.name", part);
}

std::vector<OtherTable> children_of(Statements& statements, const TablePart& part) {
  return read_keys(statements, "conrelid", "confrelid",
                   " AND EXISTS (SELECT FROM pg_catalog.pg_attribute a WHERE a.attrelid = k.confrelid"
                   " AND a.attname = $2::pg_catalog.name AND a.attnum = ANY (k.confkey))",
                   " AND EXISTS (SELECT FROM pg_catalog.pg_constraint u WHERE u.conrelid = k.confrelid"
                   " AND u.conname = $2::pg_catalog.name AND u.conindid = k.conindid)",
                   part);
}

std::vector<Oid> tables_truncated_with(Statements& statements, Oid table) {
  return read_tables(
      statements,
      "WITH RECURSIVE emptied (oid) AS (SELECT $1::pg_catalog.oid UNION SELECT k.conrelid FROM emptied e"
      " JOIN pg_catalog.pg_constraint k ON k.confrelid = e.oid AND k.contype = 'f')"
      " SELECT c.oid::pg_catalog.int8, c.relname::pg_catalog.text FROM emptied e JOIN pg_catalog.pg_class c"
      " ON c.oid = e.oid WHERE c.oid <> $1::pg_catalog.oid ORDER BY 2",
      table);
}

std::vector<Oid> heirs_of(Statements& statements, Oid table) {
  return read_tables(statements, query_below("NOT c.relispartition AND c.relkind = 'r'"), table);
}

std::vector<Oid> tables_below(Statements& statements, Oid table) {
  return read_tables(statements, query_below("c.relkind IN ('r', 'p')"), table);
}

std::vector<OtherTable> columns_of_type(Statements& statements, Oid type) {
  const Cell parameters[] = {Cell::integer_of(type)};
  return read(statements,
              "WITH RECURSIVE types (oid) AS (SELECT $1::pg_catalog.oid UNION SELECT t.oid FROM types o"
              " JOIN pg_catalog.pg_type t ON t.typbasetype = o.oid OR (t.typelem = o.oid AND t.typsubscript"
              " = 'pg_catalog.array_subscript_handler'::pg_catalog.regproc))"
              " SELECT c.oid::pg_catalog.int8, pg_catalog.quote_ident(a.attname) FROM types t"
              " JOIN pg_catalog.pg_attribute a ON a.atttypid = t.oid AND a.attnum > 0 AND NOT a.attisdropped"
              " JOIN pg_catalog.pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p')"
              " ORDER BY c.relname, a.attnum",
              parameters);
}

}  // namespace whimbrel::pg
