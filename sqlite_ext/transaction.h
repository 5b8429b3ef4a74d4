// The transaction around one call of a function: its whole effect or none.
#pragma once

#include "sqlite_ext/settings.h"
#include "sqlite_ext/statement.h"

namespace whimbrel::sqlite {

// For functions that write. In autocommit mode BEGIN IMMEDIATE … COMMIT (it waits as busy_timeout says);
// inside the caller's transaction a savepoint. Without finish() the destructor undoes everything.
class WriteScope {
 public:
  // `tries`: how often it waits as long as busy_timeout says; `context`: of the call, where it is one of an
  // application.
  explicit WriteScope(sqlite3* db, std::int64_t tries = 1, sqlite3_context* context = nullptr);
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

  // Throws kUnsupported where SQLite undoes nothing. Before the first use of the database, and not before: to
  // ask for it loads the schema, and until something needs that, files of migrations are read meanwhile.
  void require_journal() {
    if (!has_journal_) find_journal();
  }

  // Before a statement that may write. What changes rows or the schema is seen anyway.
  void will_write() { written_ = true; }
  // Whether nothing was, as far as that tells; and that all was undone what was done since it was so.
  bool untouched() const { return !written_ && sqlite3_total_changes64(db_) == changes_; }
  void set_untouched();

  // Between statements that may be interrupted: makes sure that all of it can be undone then.
  void stay_undoable();

  // Around DROP TABLE and DROP INDEX, which SQLite refuses while any other statement reads.
  void pause_last_resort() { last_resort_.reset(); }
  void resume_last_resort();

 private:
  void begin();
  void find_journal();
  void commit();
  void take_write_lock();
  void end();
  bool schema_changed();
  void undo();
  void undo_interrupted();
  void renew_interrupted();

  sqlite3* db_;
  sqlite3_context* context_;
  CallSettings settings_;  // goes last, when nothing is left that runs
  bool nested_;
  std::int64_t tries_;
  bool open_ = false;
  bool has_journal_ = false;  // is known
  bool written_ = false;      // in the present transaction
  std::int64_t changes_ = 0;
  std::int64_t schema_version_ = 0;
  // BEGIN IMMEDIATE. Interrupted, it rolls back, as every statement that writes does.
  Prepared begin_;
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
