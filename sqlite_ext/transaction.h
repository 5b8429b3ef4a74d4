// The transaction around one call of a function: its whole effect or none.
#pragma once

#include <optional>

#include "sqlite_ext/statement.h"

namespace whimbrel::sqlite {

// For functions that write. In autocommit mode BEGIN IMMEDIATE … COMMIT (it waits as busy_timeout says);
// inside the caller's transaction a savepoint. Without finish() the destructor undoes everything.
class WriteScope {
 public:
  explicit WriteScope(sqlite3* db);
  ~WriteScope();
  WriteScope(const WriteScope&) = delete;
  WriteScope& operator=(const WriteScope&) = delete;

  void finish();
  // Whether the caller has a transaction of its own.
  bool nested() const { return nested_; }

 private:
  sqlite3* db_;
  bool nested_;
  bool open_ = false;
};

// For functions that read: one snapshot for all their queries, held by a statement that is not finished. No
// BEGIN, which could not be ended inside a statement that writes.
class ReadScope {
 public:
  explicit ReadScope(sqlite3* db);

 private:
  Prepared holder_;
};

}  // namespace whimbrel::sqlite
