#include "common/migration/plan_rows.h"

#include <utility>

namespace whimbrel {

std::vector<PlannedStatement> list_statements(Host& host, const std::vector<PlannedMigration>& plan) {
  HazardFinder finder(host);
  std::vector<PlannedStatement> rows;
  for (const PlannedMigration& migration : plan) {
    std::vector<ScriptStatement> statements;
    for (const Script& script : migration.up)
      for (ScriptStatement& one : script.statements()) statements.push_back(std::move(one));
    std::int64_t ordinal = 0;
    for (std::size_t i = 0; i < statements.size(); ++i) {
      host.check_interrupt();
      PlannedStatement& row = rows.emplace_back();
      row.migration = &migration;
      row.ordinal = ++ordinal;
      row.line = static_cast<std::int64_t>(statements[i].line);
      row.sql = statements[i].sql;
      row.transactional = statements[i].transaction;
      row.hazards = finder.find(row.sql, std::span<const ScriptStatement>(statements).subspan(i + 1),
                                row.transactional);
    }
  }
  return rows;
}

}  // namespace whimbrel
