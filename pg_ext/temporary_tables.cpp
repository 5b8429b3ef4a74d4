#include "pg_ext/temporary_tables.h"

#include "common/each_row.h"
#include "common/text/ascii.h"

namespace whimbrel::pg {

bool TemporaryTables::are_made_by(std::string_view sql) {
  constexpr std::string_view kCommit = "commit";
  if (!contains_lower(sql, "temp")) return false;
  for (std::size_t at = 0; at < sql.size(); ++at) {
    if (!begins_with(sql.substr(at), kCommit)) continue;
    if (begins_with(trimmed(sql.substr(at + kCommit.size())), "drop")) return true;
  }
  return false;
}

std::map<Oid, std::string> TemporaryTables::read() {
  std::map<Oid, std::string> tables;
  for_each_row(statements_,
               "SELECT oid::pg_catalog.int8, relname::pg_catalog.text FROM pg_catalog.pg_class"
               " WHERE relnamespace = pg_catalog.pg_my_temp_schema() AND relkind IN ('r', 'p')",
               {}, [&](const Cell* row) { tables.emplace(static_cast<Oid>(row[0].integer), row[1].view()); });
  return tables;
}

void TemporaryTables::look_after() {
  for (const auto& [table, name] : read())
    if (!before_.contains(table)) made_.insert(table);
}

void TemporaryTables::drop() {
  if (made_.empty()) return;
  for (const auto& [table, name] : read())
    if (made_.contains(table))
      statements_.execute("DROP TABLE IF EXISTS " + quote_name("pg_temp", name) + " CASCADE", {});
  made_.clear();
}

}  // namespace whimbrel::pg
