// What a migration's PRAGMA statements may change on the connection and must not leave behind.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sqlite_ext/compat.h"
#include "sqlite_ext/script.h"

namespace whimbrel::sqlite {

class SessionSettings {
 public:
  explicit SessionSettings(sqlite3* db) : db_(db) {}

  // Before a PRAGMA runs: reads what it is about to set, when it is the first to set it.
  void remember(const Pragma& pragma);
  // Puts back what differs from what it was: all that can be, whatever fails; then throws the first error.
  // While an interrupt holds, all but journal_mode and max_page_count, which a statement has to run for.
  void restore() const;

  // Whether a PRAGMA of this name (in lower case) sets something of the connection, in a transaction too.
  static bool has(std::string_view name);

 private:
  struct Setting {
    std::string schema;  // as it stands before the name: empty, or with its point
    std::string name;
    std::string value;
  };

  void remember(const std::string& schema, const std::string& name);
  void put_back(const Setting& one) const;

  sqlite3* db_;
  std::vector<Setting> before_;
};

// Behind PRAGMA writable_schema = RESET, which makes SQLite read the schema again and forget that the
// transaction has changed it: a rollback would then keep what it read. Tells it so once more.
void keep_schema_change(sqlite3* db);
// Whether it is that PRAGMA.
bool resets_schema(const Pragma& pragma);

// Of a call, what it sets between its transactions; put back when it has ended.
class CallSettings {
 public:
  explicit CallSettings(sqlite3* db) : settings_(db) {}
  ~CallSettings();
  CallSettings(const CallSettings&) = delete;
  CallSettings& operator=(const CallSettings&) = delete;

  void remember(const Pragma& pragma) { settings_.remember(pragma); }

 private:
  SessionSettings settings_;
};

}  // namespace whimbrel::sqlite
