// The transaction around one call of a function: its whole effect or none.
#pragma once

#include "sqlite_ext/settings.h"
#include "sqlite_ext/statement.h"

namespace whimbrel::sqlite {

// For functions that write. In autocommit mode BEGIN IMMEDIATE … COMMIT (it waits as busy_timeout says);
// inside the caller's transaction a savepoint. Without finish() the destructor undoes everything.
class WriteScope {
 public:
  // `tries`: how often it waits as long as busy_timeout says.
  explicit WriteScope(sqlite3* db, std::int64_t tries = 1);
  ~WriteScope();
  WriteScope(const WriteScope&) = delete;
  WriteScope& operator=(const WriteScope&) = delete;

  void finish();
  // Commits, runs body() in autocommit mode, and begins the next transaction, also when body() throws. Not
  // inside the caller's transaction.
  template <typename Body>
  void between_transactions(Body&& body) {
    commit();
    try {
      body();
    } catch (...) {
      begin();
      throw;
    }
    begin();
  }

  // What is set between its transactions; put back when it has ended, and with it the last of them.
  CallSettings& settings() { return settings_; }

  // Around DROP TABLE and DROP INDEX, which SQLite refuses while any other statement reads.
  void pause_last_resort() { last_resort_.reset(); }
  void resume_last_resort();

 private:
  void begin();
  void commit();
  void take_write_lock();
  void undo();

  sqlite3* db_;
  CallSettings settings_;  // goes last, when nothing is left that runs
  bool nested_;
  std::int64_t tries_;
  bool open_ = false;
  // A statement that reads and is not finished. When memory has run out inside a call, SQLite refuses every
  // further statement, ROLLBACK too, until the call has returned; but at the end of a statement that reads it
  // then rolls the transaction back by itself.
  Prepared last_resort_;
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
