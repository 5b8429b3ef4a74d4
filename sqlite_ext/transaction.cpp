#include "sqlite_ext/transaction.h"

#include "common/error.h"
#include "sqlite_ext/fault.h"

namespace whimbrel::sqlite {

WriteScope::WriteScope(sqlite3* db) : db_(db), nested_(sqlite3_get_autocommit(db) == 0) {
  try {
    run_sql(db_, nested_ ? "SAVEPOINT whimbrel_call" : "BEGIN IMMEDIATE");
  } catch (Error& error) {
    if ((result_code(error) & 0xff) == SQLITE_BUSY)
      error.hint = "Another connection writes. PRAGMA busy_timeout = 5000 would make this one wait.";
    throw;
  }
  open_ = true;
}

WriteScope::~WriteScope() {
  // The transaction is gone already after INSERT OR ROLLBACK, RAISE(ROLLBACK), or a full disk.
  if (!open_ || sqlite3_get_autocommit(db_) != 0) return;
  // Errors of a rollback leave nothing to be done that SQLite does not do itself when it next opens the file.
  sqlite3_exec(db_, nested_ ? "ROLLBACK TO whimbrel_call; RELEASE whimbrel_call" : "ROLLBACK", nullptr,
               nullptr, nullptr);
}

void WriteScope::finish() {
  if (sqlite3_get_autocommit(db_) != 0)
    throw Error(code::kTransactionControl, "the transaction ended inside the call",
                "A statement rolled the whole transaction back (INSERT OR ROLLBACK, RAISE(ROLLBACK)).");
  run_sql(db_, nested_ ? "RELEASE whimbrel_call" : "COMMIT");
  open_ = false;
}

ReadScope::ReadScope(sqlite3* db) : holder_(db, "SELECT count(*) FROM main.sqlite_master") { holder_.step(); }

}  // namespace whimbrel::sqlite
