#include "sqlite_ext/transaction.h"

#include "common/error.h"
#include "sqlite_ext/fault.h"

namespace whimbrel::sqlite {

namespace {

// A statement that stands at its only row keeps its snapshot. This one opens no cursor, so that DROP TABLE is
// not locked, and needs no schema, which is read when something of it is asked for.
constexpr std::string_view kReadingStatement = "PRAGMA main.schema_version";

const char* busy_hint() {
  return "Another connection writes. PRAGMA busy_timeout = 5000, or the option lock_timeout_ms of a "
         "migration, "
         "would make this one wait longer.";
}

}  // namespace

WriteScope::WriteScope(sqlite3* db, std::int64_t tries)
    : db_(db),
      settings_(db),
      nested_(sqlite3_get_autocommit(db) == 0),
      tries_(tries),
      last_resort_(db, kReadingStatement) {
  begin();
}

void WriteScope::begin() {
  try {
    if (nested_) {
      run_sql(db_, "SAVEPOINT whimbrel_call");
      open_ = true;
    }
    take_write_lock();
    open_ = true;
    last_resort_.step();  // not before: who reads already does not wait for a writer
  } catch (...) {
    undo();
    throw;
  }
}

void WriteScope::commit() {
  if (nested_) throw Error(code::kInvalidCall, "the caller's transaction cannot be ended here");
  if (sqlite3_get_autocommit(db_) != 0)
    throw Error(code::kTransactionControl, "the transaction ended inside the call",
                "A statement rolled the whole transaction back (INSERT OR ROLLBACK, RAISE(ROLLBACK)).");
  last_resort_.reset();  // a snapshot that goes on would be too old for the next BEGIN IMMEDIATE
  run_sql(db_, "COMMIT");
  open_ = false;
}

void WriteScope::take_write_lock() {
  // In a transaction that has begun to read, SQLite does not wait: what the function writes first takes it.
  if (nested_ && sqlite3_txn_state(db_, "main") != SQLITE_TXN_NONE) return;
  for (std::int64_t left = tries_;;) {
    try {
      // The second is the one write that reads nothing first; at most it gives one free page back.
      run_sql(db_, nested_ ? "PRAGMA main.incremental_vacuum(1)" : "BEGIN IMMEDIATE");
      return;
    } catch (Error& error) {
      if ((result_code(error) & 0xff) != SQLITE_BUSY) throw;
      if (--left > 0) continue;
      error.hint = busy_hint();
      throw;
    }
  }
}

WriteScope::~WriteScope() { undo(); }

void WriteScope::undo() {
  // The transaction is gone already after INSERT OR ROLLBACK, RAISE(ROLLBACK), or a full disk.
  if (!open_ || sqlite3_get_autocommit(db_) != 0) return;
  sqlite3_exec(db_, nested_ ? "ROLLBACK TO whimbrel_call; RELEASE whimbrel_call" : "ROLLBACK", nullptr,
               nullptr, nullptr);
  // Its destructor ends the last resort: without memory that is what rolls back.
}

void WriteScope::finish() {
  if (sqlite3_get_autocommit(db_) != 0)
    throw Error(code::kTransactionControl, "the transaction ended inside the call",
                "A statement rolled the whole transaction back (INSERT OR ROLLBACK, RAISE(ROLLBACK)).");
  run_sql(db_, nested_ ? "RELEASE whimbrel_call" : "COMMIT");
  open_ = false;
}

void WriteScope::resume_last_resort() {
  if (sqlite3_get_autocommit(db_) == 0) last_resort_.step();
}

ReadScope::ReadScope(sqlite3* db) : holder_(db, kReadingStatement) { holder_.step(); }

}  // namespace whimbrel::sqlite
