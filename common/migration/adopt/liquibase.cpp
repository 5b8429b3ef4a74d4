// databasechangelog: a changeset is found by its file's name, id and author.
#include "common/migration/adopt/tools.h"
#include "common/migration/forms/file_set.h"

namespace whimbrel {

ForeignHistory read_liquibase_history(Host& host, const ForeignTable& table) {
  for (const Table& one : table.schema->tables) {
    if (one.schema != table.table->schema || one.find_column("lockgranted") == Table::npos ||
        one.find_column("locked") == Table::npos)
      continue;
    const ForeignTable locks{&one, table.schema};
    const std::string columns[] = {"locked", as_text("lockedby")};
    for (const auto& row : read_texts(host, locks, columns, ""))
      if (row[0] == "1")
        fail_foreign("Liquibase holds its lock",
                     "Table " + locks.quoted() + " says that " + row[1] + " has it.",
                     "Wait until that run has ended; a lock that was left behind goes with \"liquibase "
                     "releaseLocks\".");
  }
  const std::string columns[] = {as_text("id"), as_text("author"), as_text("filename"),
                                 as_text("dateexecuted"), as_text("exectype")};
  ForeignHistory history;
  for (auto& row : read_texts(host, table, columns, "ORDER BY orderexecuted, dateexecuted")) {
    if (row[4] == "FAILED" || row[4] == "SKIPPED") continue;
    ForeignMigration one;
    one.key = std::string(base_name(row[2])) + "::" + row[0] + "::" + row[1];
    one.version = one.key;  // of one that is not in the source
    one.description = row[1] + ":" + row[0];
    one.applied_at = std::move(row[3]);
    history.migrations.push_back(std::move(one));
  }
  return history;
}

std::string liquibase_key(const SourceFile& file) {
  const std::size_t end = file.name.find("::");
  return std::string(base_name(std::string_view(file.name).substr(0, end))) + file.name.substr(end);
}

}  // namespace whimbrel
