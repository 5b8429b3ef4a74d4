// What a migration's PRAGMA statements may change on the connection and must not leave behind.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "sqlite_ext/compat.h"

namespace whimbrel::sqlite {

class SessionSettings {
 public:
  // Reads them now.
  explicit SessionSettings(sqlite3* db);
  // Puts back those that differ.
  void restore() const;
  // Whether a PRAGMA of this name (in lower case) is one of them.
  static bool has(std::string_view name) {
    return std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames);
  }

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
