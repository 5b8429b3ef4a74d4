#include "sqlite_ext/transaction.h"

#include "common/error.h"
#include "sqlite_ext/fault.h"

namespace whimbrel::sqlite {

namespace {

// A statement that stands at its only row keeps its snapshot, and has closed its cursor: DROP TABLE is not
// locked.
constexpr std::string_view kReading = "SELECT count(*) FROM main.sqlite_master";

}  // namespace

WriteScope::WriteScope(sqlite3* db)
    : db_(db), nested_(sqlite3_get_autocommit(db) == 0), last_resort_(db, kReading) {
  begin();
}

void WriteScope::begin() {
  try {
    run_sql(db_, nested_ ? "SAVEPOINT whimbrel_call" : "BEGIN IMMEDIATE");
  } catch (Error& error) {
    if ((result_code(error) & 0xff) == SQLITE_BUSY)
      error.hint = "Another connection writes. PRAGMA busy_timeout = 5000 would make this one wait.";
    throw;
  }
  open_ = true;
  try {
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

ReadScope::ReadScope(sqlite3* db) : holder_(db, kReading) { holder_.step(); }

}  // namespace whimbrel::sqlite
