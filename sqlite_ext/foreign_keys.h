// Foreign keys that were deferred, checked before the transaction ends.
#pragma once

#include <span>
#include <string_view>

#include "common/schema/model.h"
#include "sqlite_ext/compat.h"

namespace whimbrel::sqlite {

// While it lives, references may be broken until the transaction ends; before and after as the caller set it.
class DeferredForeignKeys {
 public:
  explicit DeferredForeignKeys(sqlite3* db);
  ~DeferredForeignKeys();
  DeferredForeignKeys(const DeferredForeignKeys&) = delete;
  DeferredForeignKeys& operator=(const DeferredForeignKeys&) = delete;

 private:
  sqlite3* db_;
  bool was_on_;
};

// The value of a PRAGMA that is on or off.
bool pragma_flag(sqlite3* db, std::string_view name);

// Whether any reference of the transaction is still broken (SQLite counts them while foreign keys are on).
bool has_open_references(sqlite3* db);

// Throws kReference for the first row of these tables whose parent is missing.
void check_references(sqlite3* db, std::span<const Table* const> tables);

}  // namespace whimbrel::sqlite
