// What a migration's PRAGMA statements may change on the connection and must not leave behind.
#pragma once

#include <cstddef>

#include "sqlite_ext/compat.h"

namespace whimbrel::sqlite {

class SessionSettings {
 public:
  // Reads them now.
  explicit SessionSettings(sqlite3* db);
  // Puts back those that differ.
  void restore() const;

 private:
  static constexpr const char* kNames[] = {
      "ignore_check_constraints", "legacy_alter_table", "writable_schema",
      "recursive_triggers",       "query_only",         "cell_size_check",
      "reverse_unordered_selects"};
  static constexpr std::size_t kCount = sizeof kNames / sizeof kNames[0];

  sqlite3* db_;
  bool values_[kCount];
};

}  // namespace whimbrel::sqlite
