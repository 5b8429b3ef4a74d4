#include "sqlite_ext/foreign_keys.h"

#include "common/error.h"
#include "common/host.h"
#include "common/schema/sqlite/key_mismatch.h"

namespace whimbrel::sqlite {

namespace {

void check_table(sqlite3* db, const std::string& table) {
  Prepared query = find_orphans(db, table);
  if (!query.step()) return;
  Error error(code::kReference, "table \"" + table + "\" has a row whose parent in \"" +
                                    std::string(query.text(2)) + "\" is missing");
  if (!query.is_null(1)) error.detail = "The row has rowid " + std::string(query.text(1)) + ".";
  error.table_name = table;
  throw error;
}

}  // namespace

bool pragma_flag(sqlite3* db, std::string_view name) {
  Prepared query(db, "PRAGMA " + std::string(name));
  return query.step() && query.integer(0) != 0;
}

DeferredForeignKeys::DeferredForeignKeys(sqlite3* db)
    : db_(db), was_on_(pragma_flag(db, "defer_foreign_keys")), stays_on_(was_on_ || has_open_references(db)) {
  if (!was_on_) run_sql(db_, "PRAGMA defer_foreign_keys = ON");
}

DeferredForeignKeys::~DeferredForeignKeys() {
  // The end of the transaction switches it off too, so a failure here is of no consequence.
  if (!stays_on_) sqlite3_exec(db_, "PRAGMA defer_foreign_keys = OFF", nullptr, nullptr, nullptr);
}

bool DeferredForeignKeys::has_open() const { return had_open_ || has_open_references(db_); }

DeferredForeignKeys::Pause::Pause(DeferredForeignKeys& keys) : keys_(keys) {
  if (keys_.stays_on_) return;
  keys_.had_open_ = keys_.has_open();
  run_sql(keys_.db_, "PRAGMA defer_foreign_keys = OFF");
}

DeferredForeignKeys::Pause::~Pause() {
  if (!keys_.stays_on_) sqlite3_exec(keys_.db_, "PRAGMA defer_foreign_keys = ON", nullptr, nullptr, nullptr);
}

bool has_open_references(sqlite3* db) {
  int unresolved = 0, high_water = 0;
  return sqlite3_db_status(db, SQLITE_DBSTATUS_DEFERRED_FKS, &unresolved, &high_water, 0) == SQLITE_OK &&
         unresolved != 0;
}

std::vector<std::string> table_names(sqlite3* db) {
  std::vector<std::string> names;
  Prepared query(db, "SELECT name FROM main.sqlite_schema WHERE type = 'table' ORDER BY name");
  while (query.step()) names.emplace_back(query.text(0));
  return names;
}

Prepared find_orphans(sqlite3* db, const std::string& table) {
  return {db, "PRAGMA main.foreign_key_check" + (table.empty() ? "" : "(" + quote_identifier(table) + ")")};
}

void check_references(sqlite3* db, std::span<const Table* const> tables) {
  for (const Table* table : tables) check_table(db, table->name);
}

void check_all_references(sqlite3* db) {
  for (const std::string& name : table_names(db)) {
    try {
      check_table(db, name);
    } catch (const Error& error) {
      if (!is_key_mismatch(error)) throw;
    }
  }
}

}  // namespace whimbrel::sqlite
