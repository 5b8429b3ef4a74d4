#include "pg_ext/constraint_mode.h"

#include <algorithm>
#include <set>

#include "common/host.h"
#include "pg_ext/script.h"

namespace whimbrel::pg {

namespace {

// Of each constraint that can be deferred its columns, one in a row; none where they are not known: those of
// expressions, and what a trigger looks at.
constexpr std::string_view kDeferrable = R"sql(
SELECT n.nspname, k.conname, a.attname
FROM pg_catalog.pg_constraint k
JOIN pg_catalog.pg_namespace n ON n.oid = k.connamespace
CROSS JOIN LATERAL (SELECT CASE WHEN k.conrelid = $1 THEN k.conkey END
                           || CASE WHEN k.confrelid = $1 THEN k.confkey END AS columns) c
LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = $1 AND a.attnum = ANY (c.columns) AND NOT 0 = ANY (c.columns)
WHERE k.condeferrable AND (k.conrelid = $1 OR k.confrelid = $1)
ORDER BY 1, 2)sql";

// The constraints of which a check may say something of the columns, as SET CONSTRAINTS calls them.
std::set<std::string> constraints_about(Statements& statements, const Table& table,
                                        std::span<const std::size_t> columns) {
  const Cell parameters[] = {Cell::integer_of(static_cast<std::int64_t>(table.host_id))};
  const auto reader = statements.query(kDeferrable, parameters);
  std::set<std::pair<std::string, std::string>> found;
  RowBatch batch;
  while (reader->next(batch))
    for (std::size_t i = 0; i < batch.rows(); ++i) {
      const Cell* const row = batch.row(i);
      if (row[2].is_null() || std::any_of(columns.begin(), columns.end(), [&](std::size_t column) {
            return table.columns[column].name == row[2].view();
          }))
        found.emplace(row[0].view(), row[1].view());
    }
  std::set<std::string> names;
  for (const auto& [schema, name] : found) names.insert(constraint_to_set(statements, schema, name));
  return names;
}

}  // namespace

std::string constraint_to_set(Statements& statements, std::string_view schema, std::string_view name) {
  const Cell parameters[] = {Cell::text(schema), Cell::text(name)};
  const auto reader = statements.query(
      "SELECT FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_namespace n ON n.oid = k.connamespace"
      " WHERE n.nspname = $1 AND k.conname = $2 AND NOT k.condeferrable LIMIT 1",
      parameters);
  RowBatch batch;
  return reader->next(batch) ? "ALL" : quote_name(schema, name);
}

void try_deferred_checks(Statements& statements, Savepoints& savepoints, const Table& table,
                         std::span<const std::size_t> columns) {
  const std::set<std::string> names = constraints_about(statements, table, columns);
  if (names.empty()) return;
  // With the savepoint goes that they were made, and when each constraint is checked is as it was.
  savepoints.begin();
  try {
    for (const std::string& name : names) run_script_statement("SET CONSTRAINTS " + name + " IMMEDIATE");
  } catch (...) {
    savepoints.roll_back();
    throw;
  }
  savepoints.roll_back();
}

}  // namespace whimbrel::pg
