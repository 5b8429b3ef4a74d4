#include "sqlite_ext/transaction.h"

#include "common/error.h"
#include "sqlite_ext/fault.h"
#include "sqlite_ext/foreign_keys.h"

namespace whimbrel::sqlite {

namespace {

// A statement that stands at its only row keeps its snapshot. This one opens no cursor, so that DROP TABLE is
// not locked, and needs no schema, which is read when something of it is asked for.
constexpr std::string_view kReadingStatement = "PRAGMA main.schema_version";
constexpr std::string_view kBegin = "BEGIN IMMEDIATE";

const char* busy_hint() {
  return "Another connection writes. PRAGMA busy_timeout = 5000, or the option lock_timeout_ms of a "
         "migration, "
         "would make this one wait longer.";
}

void require_transaction(sqlite3* db) {
  if (sqlite3_get_autocommit(db) != 0)
    throw Error(code::kTransactionControl, "the transaction ended inside the call",
                "A statement rolled the whole transaction back (INSERT OR ROLLBACK, RAISE(ROLLBACK)).");
}

}  // namespace

WriteScope::WriteScope(sqlite3* db, std::int64_t tries, sqlite3_context* context)
    : db_(db),
      context_(context),
      settings_(db_),
      nested_(sqlite3_get_autocommit(db_) == 0),
      tries_(tries),
      begin_(db_, kBegin),
      last_resort_(db_, kReadingStatement) {
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
    schema_version_ = last_resort_.integer(0);
    set_untouched();
  } catch (...) {
    undo();
    throw;
  }
}

void WriteScope::find_journal() {
  Prepared mode(db_, "PRAGMA main.journal_mode");
  if (mode.step() && mode.text(0) == "off")
    throw Error(code::kUnsupported, "nothing that writes can run with PRAGMA journal_mode = OFF",
                "SQLite undoes nothing then, neither a dry run nor what fails.",
                "PRAGMA journal_mode = MEMORY writes no more to the disk and can be undone.");
  has_journal_ = true;
}

void WriteScope::commit() {
  if (nested_) throw Error(code::kInvalidCall, "the caller's transaction cannot be ended here");
  require_transaction(db_);
  end();
  last_resort_.reset();  // a snapshot that goes on would be too old for the next BEGIN IMMEDIATE
}

void WriteScope::set_untouched() {
  written_ = false;
  changes_ = sqlite3_total_changes64(db_);
}

bool WriteScope::schema_changed() {
  last_resort_.reset();
  return !last_resort_.step() || last_resort_.integer(0) != schema_version_;
}

// COMMIT waits for everybody who reads, even where nothing was written.
void WriteScope::end() {
  const bool rolls_back = untouched() && !schema_changed();
  last_resort_.reset();
  try {
    run_sql(db_, rolls_back ? "ROLLBACK" : "COMMIT");
  } catch (Error& error) {
    if ((result_code(error) & 0xff) == SQLITE_BUSY)
      error.hint =
          "Another connection reads. PRAGMA busy_timeout = 5000 would make this one wait longer; with "
          "PRAGMA journal_mode = WAL nobody waits for who reads.";
    throw;
  }
  open_ = false;
}

void WriteScope::take_write_lock() {
  // In a transaction that has begun to read, SQLite does not wait: what the function writes first takes it.
  if (nested_ && sqlite3_txn_state(db_, "main") != SQLITE_TXN_NONE) return;
  for (std::int64_t left = tries_;;) {
    try {
      // The second is the one write that reads nothing first; at most it gives one free page back.
      if (nested_)
        run_sql(db_, "PRAGMA main.incremental_vacuum(1)");
      else
        begin_.run();
      return;
    } catch (Error& error) {
      if ((result_code(error) & 0xff) == SQLITE_READONLY && pragma_flag(db_, "query_only"))
        error.hint = "With PRAGMA query_only = OFF this connection may write.";
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
  const int result =
      sqlite3_exec(db_, nested_ ? "ROLLBACK TO whimbrel_call; RELEASE whimbrel_call" : "ROLLBACK", nullptr,
                   nullptr, nullptr);
  if (result == SQLITE_INTERRUPT) undo_interrupted();
  // Its destructor ends the last resort: without memory that is what rolls back.
}

// An interrupt holds until the application's statement ends, that is, until this call has returned: so long
// no statement runs, ROLLBACK neither, and what reads leaves the transaction open when it is interrupted. A
// savepoint cannot be told from the rest then; SQLite undoes all of a transaction in which it interrupts
// somebody who writes.
void WriteScope::undo_interrupted() {
  sqlite3_interrupt(db_);  // a progress handler may let a statement go on next time
  if (is_expired(begin_.handle())) renew_interrupted();
  sqlite3_step(begin_.handle());
  begin_.reset();
  if (sqlite3_get_autocommit(db_) != 0 || context_ == nullptr) return;
  // Nothing that writes could be prepared. The error is "out of memory" then.
  sqlite3_result_error_nomem(context_);
  last_resort_.reset();
}

// A text with a blank in it cannot be prepared: there SQLite looks for the interrupt.
void WriteScope::renew_interrupted() {
  try {
    begin_ = Prepared(db_, "PRAGMA\"main\".\"incremental_vacuum\"(\"1\");");
  } catch (const Error&) {  // the schema has to be read first
  }
}

void WriteScope::stay_undoable() {
  if (is_expired(begin_.handle())) begin_ = Prepared(db_, kBegin);
}

void WriteScope::finish() {
  require_transaction(db_);
  if (!nested_) return end();
  run_sql(db_, "RELEASE whimbrel_call");
  open_ = false;
}

void WriteScope::resume_last_resort() {
  if (sqlite3_get_autocommit(db_) == 0) last_resort_.step();
}

ReadScope::ReadScope(sqlite3* db) : holder_(db, kReadingStatement) { holder_.step(); }

}  // namespace whimbrel::sqlite
