#include "pg_ext/own_tables.h"

#include <vector>

#include "common/each_row.h"
#include "common/error.h"
#include "common/host.h"

namespace whimbrel::pg {

namespace {

constexpr std::string_view kTables = R"sql(
  SELECT c.relname, )sql";

// CREATE TABLE and COMMENT of each own table of the extension ($1) that the schema ($2) lacks.
constexpr std::string_view kMissing = R"sql(
  SELECT pg_catalog.format('CREATE TABLE %I.%I (%s%s)', $2::pg_catalog.text, c.relname,
           pg_catalog.string_agg(
             pg_catalog.format('%I %s', a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod))
               || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
               || coalesce(' DEFAULT ' || pg_catalog.pg_get_expr(d.adbin, d.adrelid), ''), ', ' ORDER BY a.attnum),
           coalesce(', ' || pg_catalog.pg_get_constraintdef(k.oid), '')),
         pg_catalog.format('COMMENT ON TABLE %I.%I IS %L', $2::pg_catalog.text, c.relname,
                           pg_catalog.obj_description(c.oid, 'pg_class'))
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace AND n.nspname = $1
    JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    LEFT JOIN pg_catalog.pg_constraint k ON k.conrelid = c.oid AND k.contype = 'p'
   WHERE c.relkind = 'r'
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_class o JOIN pg_catalog.pg_namespace m ON m.oid = o.relnamespace
                      WHERE m.nspname = $2 AND o.relname = c.relname)
     AND )sql";

}  // namespace

bool own_tables_exist(Statements& statements, const std::string& schema) {
  const std::string sql = std::string(kTables) + std::string(kIsOwnTable) +
                          " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = "
                          "c.relnamespace AND n.nspname = $1"
                          " WHERE c.relname IN ('schema_migrations', 'migration_log')";
  const Cell parameters[] = {Cell::text(schema)};
  std::size_t found = 0;
  for_each_row(statements, sql, parameters, [&](const Cell* row) {
    if (row[1].integer == 0)
      throw Error(code::kUnsupported,
                  "table \"" + schema + "." + std::string(row[0].view()) + "\" exists and is not Whimbrel's",
                  "It lacks our columns, so another tool made it.",
                  "Rename that table; its history stays readable under the new name.");
    ++found;
  });
  return found == 2;
}

void create_own_tables(Statements& statements, const std::string& schema,
                       const std::string& extension_schema) {
  if (own_tables_exist(statements, schema)) return;
  std::vector<std::string> texts;
  {
    const Cell parameters[] = {Cell::text(extension_schema), Cell::text(schema)};
    const std::string sql =
        std::string(kMissing) + std::string(kIsOwnTable) + " GROUP BY c.oid, c.relname, k.oid";
    for_each_row(statements, sql, parameters, [&](const Cell* row) {
      texts.emplace_back(row[0].view());
      texts.emplace_back(row[1].view());
    });
  }
  for (const std::string& text : texts) statements.execute(text, {});
}

}  // namespace whimbrel::pg
