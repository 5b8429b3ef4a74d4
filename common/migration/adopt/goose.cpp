// goose_db_version: the latest row of a version decides; version 0 is only its beginning.
#include <map>

#include "common/migration/adopt/tools.h"

namespace whimbrel {

ForeignHistory read_goose_history(Host& host, const ForeignTable& table) {
  if (const Table* lock = table.sibling("goose_lock");
      lock != nullptr && lock->find_column("locked") != Table::npos) {
    const ForeignTable locks{lock, table.schema};
    const std::string columns[] = {"locked", as_text("locked_by")};
    for (const auto& row : read_texts(host, locks, columns, ""))
      if (row[0] == "1")
        fail_foreign("goose holds its lock", "Table " + locks.quoted() + " says that " + row[1] + " has it.",
                     "Wait until that run has ended.");
  }
  const std::string columns[] = {as_text("version_id"), "is_applied", as_text("tstamp")};
  struct Last {
    bool applied = false;
    std::string at;
    std::size_t place = 0;
  };
  std::map<std::string, Last> last;
  std::size_t place = 0;
  for (auto& row : read_texts(host, table, columns, "ORDER BY id")) {
    if (row[0] == "0") continue;
    last[row[0]] = {row[1] == "1", std::move(row[2]), ++place};
  }
  std::map<std::size_t, ForeignMigration> ordered;
  for (auto& [version, one] : last) {
    if (!one.applied) continue;
    ForeignMigration& migration = ordered[one.place];
    migration.version = version;
    migration.applied_at = std::move(one.at);
  }
  ForeignHistory history;
  for (auto& [at, migration] : ordered) history.migrations.push_back(std::move(migration));
  return history;
}

}  // namespace whimbrel
