#include "sqlite_ext/host.h"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "common/json/writer.h"
#include "common/schema/sqlite/names.h"
#include "common/schema/sqlite/normal_text.h"
#include "sqlite_ext/assess.h"
#include "sqlite_ext/catalog.h"
#include "sqlite_ext/catalog_facts.h"
#include "sqlite_ext/drop_objects.h"
#include "sqlite_ext/fault.h"
#include "sqlite_ext/find_rows.h"
#include "sqlite_ext/insert.h"
#include "sqlite_ext/load_frame.h"
#include "sqlite_ext/own_tables.h"
#include "sqlite_ext/parameters.h"
#include "sqlite_ext/scan.h"
#include "sqlite_ext/script.h"
#include "sqlite_ext/table_facts.h"
#include "sqlite_ext/temporary_directory.h"
#include "sqlite_ext/unfit.h"
#include "sqlite_ext/waiting.h"

namespace whimbrel::sqlite {

namespace {

Dialect make_dialect(sqlite3* db) {
  Dialect dialect;
  dialect.engine = "sqlite";
  dialect.server_version = sqlite3_libversion();
  const char* file = sqlite3_db_filename(db, "main");
  dialect.temporary_directory = temporary_directory();
  dialect.database = file == nullptr || *file == '\0' ? ":memory:" : file;
  dialect.own_schema = "main";
  dialect.registry_schema = "main";
  dialect.default_schema = "main";
  dialect.text_may_hold_nul = true;
  dialect.dynamic_types = true;
  dialect.stores_by_key = true;
  dialect.statements_run_alone = false;
  return dialect;
}

std::int64_t changed_rows(sqlite3* db, std::int64_t total_before, std::int64_t returned) {
  // sqlite3_changes64() keeps the figure of an earlier statement when this one changed nothing.
  return sqlite3_total_changes64(db) != total_before ? sqlite3_changes64(db) : returned;
}

bool counts_rows(std::string_view word) {
  return word == "insert" || word == "replace" || word == "update" || word == "delete" || word == "with";
}

[[noreturn]] void refuse_large_objects() {
  throw Error(code::kUnsupported, "SQLite has no large objects", "",
              "Use a file: export_json_file, import_json_file.");
}

constexpr const char* kUndoneBySqlite =
    "SQLite rolled the whole transaction back, as it does when a statement that writes meets this.";

// Else it was INSERT OR ROLLBACK or RAISE(ROLLBACK).
bool undoes_transaction(const Error& error) {
  const int result = result_code(error) & 0xff;
  return result == SQLITE_INTERRUPT || result == SQLITE_FULL || result == SQLITE_IOERR;
}

}  // namespace

SqliteHost::SqliteHost(sqlite3* db, WriteScope* scope)
    : db_(db),
      scope_(scope),
      dialect_(make_dialect(db)),
      statements_(db),
      savepoints_(db, statements_, *this) {}

sqlite3* SqliteHost::db() {
  if (scope_ != nullptr) scope_->require_journal();
  return db_;
}

StatementCache& SqliteHost::statements() {
  if (scope_ != nullptr) scope_->require_journal();
  return statements_;
}

template <typename Body>
auto SqliteHost::remember_error(Body&& body) {
  try {
    return body();
  } catch (const Error& error) {
    last_error_ = error;
    throw;
  }
}

// Every further statement would be committed on its own.
void SqliteHost::require_transaction() {
  if (scope_ == nullptr || sqlite3_get_autocommit(db()) == 0) return;
  if (last_error_ && undoes_transaction(*last_error_)) {
    last_error_->detail = kUndoneBySqlite;
    throw Error(*last_error_);
  }
  throw Error(code::kTransactionControl,
              last_error_ ? last_error_->message : "a statement ended the transaction",
              "The statement rolled back the whole transaction (INSERT OR ROLLBACK, RAISE(ROLLBACK)), so "
              "everything that was done in it is undone.");
}

Caller SqliteHost::caller() {
  json::Buffer out;
  for (const char* name : {"foreign_keys", "recursive_triggers", "legacy_alter_table"}) {
    out.append(out.view().empty() ? '{' : ',');
    json::write_string(out, name);
    out.append(pragma_flag(db(), name) ? ":true" : ":false");
  }
  out.append(",\"journal_mode\":");
  json::write_string(out, journal_mode());
  out.append('}');
  Caller caller;
  caller.settings = out.view();
  return caller;
}

void SqliteHost::use_schema(const std::string& name) {
  if (same_name(name, "main")) return;
  throw Error(
      code::kUnsupported, "schema \"" + name + "\" cannot have a history of its own",
      "Only the main database of a connection is migrated, whose schema is \"main\": a migration could "
      "not be led to an attached one.",
      "Open the other database by itself.");
}

std::int64_t SqliteHost::execute(std::string_view sql, std::span<const Cell> parameters) {
  require_transaction();
  return remember_error([&] {
    Arena scratch;
    Cached statement(statements(), sql);
    bind_parameters(*statement, parameters, scratch, Keep::borrow);
    if (scope_ != nullptr && sqlite3_stmt_readonly(statement->handle()) == 0) scope_->will_write();
    const std::int64_t before = sqlite3_total_changes64(db());
    const std::int64_t returned = statement->run();
    return changed_rows(db(), before, returned);
  });
}

std::unique_ptr<RowReader> SqliteHost::query(std::string_view sql, std::span<const Cell> parameters) {
  require_transaction();
  return remember_error([&] { return std::make_unique<QueryReader>(statements(), sql, parameters); });
}

std::vector<Statement> SqliteHost::split(std::string_view script) {
  std::vector<Statement> statements = split_script(script);
  syntax_.check(script, statements);
  for (Statement& statement : statements) {
    statement.leaves_no_trace = true;  // and never runs again: who writes is the only one
    const std::string_view sql = script.substr(statement.offset, statement.length);
    if (first_word(sql) != "pragma") continue;
    const Pragma pragma = parse_pragma(sql);
    statement.needs_no_transaction = needs_no_transaction(pragma);
    if (is_setting(pragma)) statement.sets = Statement::Sets::session;
  }
  return statements;
}

// What ends here with the transaction that it is set in.
bool SqliteHost::is_setting(const Pragma& pragma) {
  return pragma.argument.has_value() &&
         (pragma.name == "foreign_keys" || pragma.name == "defer_foreign_keys" ||
          SessionSettings::has(pragma.name));
}

// What SQLite refuses inside a transaction and runs inside a function.
bool SqliteHost::needs_no_transaction(const Pragma& pragma) {
  if (pragma.name == "wal_checkpoint") return true;
  if (!pragma.argument.has_value()) return false;
  if (pragma.name == "synchronous" || pragma.name == "temp_store") return true;
  return pragma.name == "journal_mode" && !sets_journal_off(pragma) && journal_mode() != *pragma.argument;
}

std::string SqliteHost::journal_mode() {
  Cached mode(statements(), "PRAGMA main.journal_mode");
  return mode->step() ? std::string(mode->text(0)) : std::string();
}

void SqliteHost::refuse_unfit(std::string_view sql) const { refuse_unfit_statement(first_word(sql), sql); }

std::int64_t SqliteHost::run_script_statement(std::string_view sql) {
  require_transaction();
  const std::string word = first_word(sql);
  refuse_unfit_statement(word, sql);
  const std::optional<StatementTarget> named =
      word == "drop" || word == "alter" ? target_of(sql) : std::nullopt;
  if (named) refuse_end_of_own_table(db(), *named);
  if (scope_ != nullptr) scope_->stay_undoable();
  const Pragma pragma = word == "pragma" ? parse_pragma(sql) : Pragma();
  if (word == "pragma" && !remember_error([&] { return savepoints_.prepare_pragma(pragma); })) return 0;
  const Deadline deadline(db(), limits_.statement_timeout_ms);
  try {
    return remember_error([&]() -> std::int64_t {
      const EnforcementPause pause(db(), savepoints_.drops_parent(word, sql));
      Prepared statement(db(), sql);
      if (scope_ != nullptr && sqlite3_stmt_readonly(statement.handle()) == 0) scope_->will_write();
      const std::int64_t before = sqlite3_total_changes64(db());
      const auto to_fill = word == "create" ? changed_rows_.table_to_fill(db(), sql) : std::nullopt;
      const std::int64_t returned = word == "drop" ? run_drop(statement) : statement.run();
      require_transaction();
      if (resets_schema(pragma)) keep_schema_change(db());
      if (const std::int64_t all = sqlite3_total_changes64(db()) - before; all != 0 && counts_rows(word))
        changed_rows_.add(sql, changed_rows(db(), before, 0), all);
      if (to_fill) changed_rows_.add_filled(db(), *to_fill);
      if (named) follow_names(*named);
      if (counts_rows(word)) return changed_rows(db(), before, returned);
      return sqlite3_stmt_readonly(statement.handle()) != 0 && word != "pragma" ? returned : 0;
    });
  } catch (Error& error) {
    explain_own_table(db(), error);
    if (deadline.passed()) explain_timeout(error);
    last_error_ = error;
    throw;
  }
}

void SqliteHost::run_limited(const std::function<void()>& body) {
  const Deadline deadline(db(), limits_.statement_timeout_ms);
  try {
    body();
  } catch (Error& error) {
    if (deadline.passed()) explain_timeout(error);
    throw;
  }
}

void SqliteHost::explain_timeout(Error& error) const {
  error.code = kInterruptCode;
  error.message = "canceling statement after " + std::to_string(limits_.statement_timeout_ms) +
                  " ms (statement_timeout_ms)";
  error.detail = sqlite3_get_autocommit(db_) == 0 ? "" : kUndoneBySqlite;
}

void SqliteHost::follow_names(const StatementTarget& target) {
  changed_rows_.follow(target);
  savepoints_.follow_rename(target);
}

std::int64_t SqliteHost::run_drop(Prepared& statement) {
  if (scope_ == nullptr) return statement.run();
  scope_->pause_last_resort();
  try {
    const std::int64_t rows = statement.run();
    scope_->resume_last_resort();
    return rows;
  } catch (const Error&) {
    scope_->resume_last_resort();
    throw;
  }
}

std::int64_t SqliteHost::copy_in(std::string_view, std::string_view) {
  throw Error(code::kUnsupported, "SQLite has no COPY", "",
              "Write the rows as INSERT statements, or mark the part with engine:postgresql.");
}

void SqliteHost::begin_savepoint() {
  require_transaction();
  if (savepoints_.depth() == 0) untouched_ = scope_ != nullptr && scope_->untouched();
  savepoints_.begin();
}

void SqliteHost::begin_part() { savepoints_.begin_part(); }

void SqliteHost::release_savepoint() {
  require_transaction();
  remember_error([&] { savepoints_.release(); });
}

void SqliteHost::end_like_transaction() {
  remember_error([&] { savepoints_.end_like_transaction(); });
}

void SqliteHost::end_part() {
  require_transaction();
  remember_error([&] { savepoints_.end_part(); });
}

void SqliteHost::rollback_savepoint() {
  savepoints_.roll_back();
  if (savepoints_.depth() < suspended_in_) suspended_triggers_.reset();
  require_transaction();
  if (savepoints_.depth() == 0 && untouched_) scope_->set_untouched();
}

void SqliteHost::commit_and_begin() {
  remember_error([&] { scope_->between_transactions([] {}); });
}

// What can run so is a PRAGMA, for which nothing need be set.
void SqliteHost::run_outside_transaction(std::string_view sql, const std::function<void()>&) {
  refuse_unfit(sql);
  remember_error([&] {
    scope_->between_transactions([&] {
      scope_->settings().remember(parse_pragma(sql));
      Prepared(db(), sql).run();
    });
  });
}

void SqliteHost::pause(std::chrono::milliseconds duration) {
  sqlite3_sleep(static_cast<int>(duration.count()));
  check_interrupt();
}

Schema SqliteHost::read_stored_schema() { return read_stored_catalog(db()); }

LoadFrame SqliteHost::load_frame(const LoadRequest& request) { return make_load_frame(db(), request); }

Schema SqliteHost::read_schema() { return sqlite::read_catalog(db()); }

void SqliteHost::add_named(Schema& schema, std::span<const std::string> names) {
  add_views(db(), schema, names);
}

Catalog SqliteHost::read_catalog(const CatalogRequest&) { return read_catalog_facts(db()); }

std::unique_ptr<CatalogMark> SqliteHost::mark_catalog() { return mark_catalog_texts(db()); }

std::vector<StatementEffect> SqliteHost::assess(std::string_view sql) { return assess_statement(db(), sql); }

TableSize SqliteHost::table_size(const std::string& identity) { return sqlite::table_size(db(), identity); }

std::unique_ptr<RunObserver> SqliteHost::observe_run() { return changed_rows_.observe(); }

void SqliteHost::ensure_own_tables(OwnTables group) {
  require_transaction();
  remember_error([&] { create_own_tables(db(), group); });
}

bool SqliteHost::has_own_tables(OwnTables group) { return own_tables_exist(db(), group); }

bool SqliteHost::own_tables_may_wait() { return sqlite::own_tables_may_wait(db()); }

std::unique_ptr<TableReader> SqliteHost::scan(const ScanRequest& request) {
  require_transaction();
  return std::make_unique<TableScan>(db(), request);
}

std::uint64_t SqliteHost::insert(const InsertRequest& request, RowReader& rows) {
  require_transaction();
  const auto pause = pause_deferring(*request.table);
  return remember_error([&] { return RowWriter(db(), request).run(rows).inserted; });
}

std::unique_ptr<RowReader> SqliteHost::find_rows(const LookupRequest& request, const RowBatch& keys) {
  require_transaction();
  return remember_error([&] { return std::make_unique<KeyLookup>(statements(), request, keys); });
}

WriteCounts SqliteHost::write(const WriteRequest& request, RowReader& rows) {
  require_transaction();
  const auto pause = pause_deferring(*request.table);
  return remember_error([&] { return RowWriter(db(), request).run(rows); });
}

// The engine has one switch for all triggers; only the tables that are written to would fire any.
void SqliteHost::suspend_triggers(std::span<const Table* const>) {
  if (suspended_triggers_.has_value()) return;
  suspended_triggers_.emplace(db());
  suspended_in_ = savepoints_.depth();
}

void SqliteHost::restore_triggers() { suspended_triggers_.reset(); }

void SqliteHost::defer_foreign_keys(std::span<const Table* const> tables) {
  deferred_tables_.assign(tables.begin(), tables.end());
  if (!deferred_.has_value() && pragma_flag(db(), "foreign_keys")) deferred_.emplace(db());
}

// The engine defers the keys of all tables or none; only those that asked for it may wait.
std::unique_ptr<DeferredForeignKeys::Pause> SqliteHost::pause_deferring(const Table& table) {
  const bool waits = std::any_of(deferred_tables_.begin(), deferred_tables_.end(),
                                 [&](const Table* one) { return one->name == table.name; });
  if (!deferred_.has_value() || waits) return nullptr;
  if (deferred_->must_not_pause()) deferred_tables_.push_back(&table);  // then it waits with them
  return std::make_unique<DeferredForeignKeys::Pause>(*deferred_);
}

void SqliteHost::restore_foreign_keys() {
  require_transaction();
  const std::vector<const Table*> tables = std::exchange(deferred_tables_, {});
  if (!deferred_.has_value()) return;
  if (deferred_->has_open()) {
    check_references(db(), tables);
    // Deferred was every key of the connection, and what is open will be forgotten.
    if (deferred_->all_ours()) check_all_references(db());
  }
  deferred_.reset();
}

std::uint64_t SqliteHost::clear_table(const Table& table) {
  return static_cast<std::uint64_t>(execute("DELETE FROM " + quote_name(table.schema, table.name)));
}

// An INTEGER PRIMARY KEY counts from its highest value, and sqlite_sequence follows what is inserted.
void SqliteHost::raise_identity(const Table&, std::size_t, Numbers) {}

std::int64_t SqliteHost::create_large_object() { refuse_large_objects(); }

std::unique_ptr<LargeObject> SqliteHost::open_large_object(std::int64_t) { refuse_large_objects(); }

// Nobody else writes as long as the transaction lasts.
IdBlock SqliteHost::reserve_ids(const Table& table, std::size_t column, std::uint64_t, bool) {
  require_transaction();
  IdBlock block;
  block.first = remember_error([&] { return first_free_number(statements(), table, table.columns[column]); });
  return block;
}

std::vector<std::string> SqliteHost::drop_objects(std::span<const std::string> schemas) {
  require_transaction();
  for (const std::string& schema : schemas)
    if (!same_name(schema, "main"))
      throw Error(code::kUnsupported, "schema \"" + schema + "\" cannot be reset",
                  "Only the main database is migrated, whose schema is \"main\".");
  if (scope_ != nullptr) scope_->pause_last_resort();
  try {
    std::vector<std::string> dropped = sqlite::drop_objects(db());
    if (scope_ != nullptr) scope_->resume_last_resort();
    return dropped;
  } catch (const Error& error) {
    last_error_ = error;
    if (scope_ != nullptr) scope_->resume_last_resort();
    throw;
  }
}

void SqliteHost::lock_migrations() {
  require_transaction();
  if (sqlite3_txn_state(db(), "main") == SQLITE_TXN_WRITE) return;
  // A write that changes nothing: in a caller's deferred transaction only a write takes the lock.
  Cached query(statements(), "PRAGMA main.user_version");
  query->step();
  const std::string version = std::to_string(query->integer(0));
  query->reset();
  try {
    run_sql(db(), "PRAGMA main.user_version = " + version);
  } catch (Error& error) {
    if ((result_code(error) & 0xff) == SQLITE_BUSY)
      error.hint =
          "Another connection writes, and this transaction has begun to read: roll it back, and begin with "
          "BEGIN IMMEDIATE.";
    throw;
  }
}

void SqliteHost::require_file_access(FileAccess, std::string_view) {}

std::unique_ptr<SqliteFile> SqliteHost::open_sqlite_file(const std::string&, FileAccess) {
  throw Error(code::kUnsupported, "SQLite moves nothing to or from another SQLite file by this function",
              "It stands between SQLite and PostgreSQL, and is called in PostgreSQL.",
              "ATTACH the other file, or use export_json_file and import_json_file.");
}

void SqliteHost::check_interrupt() {
  switch (is_interrupted(db_)) {
    case Interrupted::no:
      return;
    case Interrupted::yes:
      throw Error(kInterruptCode, sqlite3_errstr(SQLITE_INTERRUPT));
    case Interrupted::unknown: {
      Cached query(statements_, "SELECT 1");
      query->step();
    }
  }
}

void SqliteHost::tell(const std::string& line) { std::fprintf(stderr, "whimbrel: %s\n", line.c_str()); }

void SqliteHost::notice(NoticeLevel level, const std::string& message) {
  sqlite3_log(level == NoticeLevel::warning ? SQLITE_WARNING : SQLITE_NOTICE, "whimbrel: %s",
              message.c_str());
}

}  // namespace whimbrel::sqlite
