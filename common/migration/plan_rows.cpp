#include "common/migration/plan_rows.h"

#include <algorithm>
#include <utility>

#include "common/error.h"
#include "common/migration/runner.h"
#include "common/text/ascii.h"
#include "common/undo.h"

namespace whimbrel {

namespace {

// It says which tables the names behind it mean. What calls more than set_config() does not run for a look.
bool sets_search_path(const ScriptStatement& statement) {
  return statement.sets &&
         (contains_lower(statement.sql, "search_path") || begins_with(statement.sql, "set schema")) &&
         std::ranges::count(statement.sql, '(') <= 1 && !contains_lower(statement.sql, "from");
}

// The statements of one migration.
class Listing {
 public:
  Listing(Host& host, HazardFinder& finder, const PlannedMigration& migration)
      : host_(host), finder_(finder) {
    for (const Script& script : migration.up)
      for (ScriptStatement& one : script.statements()) statements_.push_back(std::move(one));
    for (const ScriptStatement& one : statements_) {
      PlannedStatement& row = rows_.emplace_back();
      row.migration = &migration;
      row.ordinal = static_cast<std::int64_t>(rows_.size());
      row.line = static_cast<std::int64_t>(one.line);
      row.sql = one.sql;
      row.transactional = one.transaction;
    }
  }

  std::vector<PlannedStatement> make() {
    if (std::ranges::none_of(statements_, sets_search_path)) {
      find_hazards(false);
      return std::move(rows_);
    }
    try {
      run_and_undo(host_, [&] { find_hazards(true); });
    } catch (const Error& error) {
      if (ends_call(error)) throw;
      find_hazards(false);  // it cannot be set before the statements in front of it have run
    }
    return std::move(rows_);
  }

 private:
  void find_hazards(bool follow_search_path) {
    const std::span<const ScriptStatement> all(statements_);
    for (std::size_t i = 0; i < all.size(); ++i) {
      host_.check_interrupt();
      rows_[i].hazards = finder_.find(all, i);
      if (follow_search_path && sets_search_path(all[i])) host_.run_script_statement(all[i].sql);
    }
  }

  Host& host_;
  HazardFinder& finder_;
  std::vector<ScriptStatement> statements_;
  std::vector<PlannedStatement> rows_;
};

}  // namespace

std::vector<PlannedStatement> list_statements(Host& host, const std::vector<PlannedMigration>& plan) {
  HazardFinder finder(host);
  std::vector<PlannedStatement> rows;
  for (const PlannedMigration& migration : plan)
    std::ranges::move(Listing(host, finder, migration).make(), std::back_inserter(rows));
  return rows;
}

}  // namespace whimbrel
