// The seam's SQLite side: Host over the connection that called the function. One object lives for one call.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "common/host.h"
#include "sqlite_ext/changed_rows.h"
#include "sqlite_ext/foreign_keys.h"
#include "sqlite_ext/savepoints.h"
#include "sqlite_ext/script.h"
#include "sqlite_ext/statement.h"
#include "sqlite_ext/suspended_triggers.h"
#include "sqlite_ext/syntax_check.h"
#include "sqlite_ext/transaction.h"

namespace whimbrel::sqlite {

class SqliteHost : public Host {
 public:
  // `scope`: the transaction of a call that writes, which nothing is done without; null for one that reads.
  SqliteHost(sqlite3* db, WriteScope* scope);

  const Dialect& dialect() const override { return dialect_; }
  Caller caller() override;
  void use_schema(const std::string& name) override;

  std::int64_t execute(std::string_view sql, std::span<const Cell> parameters = {}) override;
  std::unique_ptr<RowReader> query(std::string_view sql, std::span<const Cell> parameters = {}) override;
  std::vector<Statement> split(std::string_view script) override;
  std::int64_t run_script_statement(std::string_view sql) override;
  void refuse_unfit(std::string_view sql) const override;
  std::int64_t copy_in(std::string_view sql, std::string_view data) override;

  void begin_savepoint() override;
  void release_savepoint() override;
  void rollback_savepoint() override;
  void begin_part() override;
  void end_part() override;
  void end_like_transaction() override;

  void commit_and_begin() override;
  void run_outside_transaction(std::string_view sql, const std::function<void()>& set) override;
  Leftover look_at_leftover(std::string_view, bool) override {
    return {};
  }                                                  // such a statement can be repeated
  bool is_step_running() override { return false; }  // whoever commits has run its step to the end
  void pause(std::chrono::milliseconds duration) override;

  Schema read_schema() override;
  void add_named(Schema& schema, std::span<const std::string> names) override;
  Catalog read_catalog(const CatalogRequest& request) override;
  std::unique_ptr<CatalogMark> mark_catalog() override;
  Schema read_stored_schema() override;
  std::vector<ConfigurationRows> configuration_rows() override { return {}; }
  LoadFrame load_frame(const LoadRequest& request) override;
  std::vector<StatementEffect> assess(std::string_view sql) override;
  TableSize table_size(const std::string& identity) override;
  std::unique_ptr<RunObserver> observe_run() override;
  bool may_write() const override { return scope_ != nullptr; }
  void ensure_own_tables(OwnTables group) override;
  bool has_own_tables(OwnTables group) override;
  bool own_tables_may_wait() override;
  bool may_read_texts() override { return true; }

  std::unique_ptr<TableReader> scan(const ScanRequest& request) override;
  std::unique_ptr<PartWorkers> start_workers(const ScanRequest&, std::size_t, std::string_view,
                                             const PartsDone*) override {
    return nullptr;  // a connection is one thread's
  }
  std::uint64_t insert(const InsertRequest& request, RowReader& rows) override;
  // Rows with indexes arrive fastest one by one in the order of the key, as exports have them.
  void begin_load(std::span<const Table* const>) override {}
  void finish_load() override {}
  bool has_loaded() const override { return false; }
  void suspend_triggers(std::span<const Table* const> tables) override;
  void restore_triggers() override;
  std::unique_ptr<RowReader> find_rows(const LookupRequest& request, const RowBatch& keys) override;
  WriteCounts write(const WriteRequest& request, RowReader& rows) override;
  void lock_rows(const Table&) override {}  // who writes is the only one
  void defer_foreign_keys(std::span<const Table* const> tables) override;
  void restore_foreign_keys() override;
  std::uint64_t clear_table(const Table& table) override;
  void raise_identity(const Table& table, std::size_t column, Numbers numbers) override;

  std::int64_t create_large_object() override;
  std::unique_ptr<LargeObject> open_large_object(std::int64_t oid) override;
  IdBlock reserve_ids(const Table& table, std::size_t column, std::uint64_t count, bool rehearsal) override;

  std::vector<std::string> drop_objects(std::span<const std::string> schemas) override;

  void set_limits(const StatementLimits& limits) override { limits_ = limits; }
  void run_limited(const std::function<void()>& body) override;
  void lock_migrations() override;
  void require_file_access(FileAccess access, std::string_view path) override;
  std::unique_ptr<SqliteFile> open_sqlite_file(const std::string& path, FileAccess access) override;
  void check_interrupt() override;
  void notice(NoticeLevel level, const std::string& message) override;
  void tell(const std::string& line) override;
  void begin_job(JobKind, const Table&) override {}  // nobody looks into a process from outside
  void advance_job(std::uint64_t, std::uint64_t) override {}
  void end_job() override {}

 private:
  // What the database is reached by; in a call that writes only where that can be undone.
  sqlite3* db();
  StatementCache& statements();
  void require_transaction();
  void follow_names(const StatementTarget& target);
  void explain_timeout(Error& error) const;
  bool needs_no_transaction(const Pragma& pragma);
  static bool is_setting(const Pragma& pragma);
  std::string journal_mode();  // of the database
  std::int64_t run_drop(Prepared& statement);
  std::unique_ptr<DeferredForeignKeys::Pause> pause_deferring(const Table& table);
  template <typename Body>
  auto remember_error(Body&& body);

  sqlite3* db_;
  WriteScope* scope_;
  Dialect dialect_;
  StatementCache statements_;
  SyntaxCheck syntax_;
  Savepoints savepoints_;
  bool untouched_ = false;  // before the first of them: nothing was written in the transaction
  ChangedRowsLog changed_rows_;
  std::optional<SuspendedTriggers> suspended_triggers_;
  std::size_t suspended_in_ = 0;  // how many savepoints were open then
  std::vector<const Table*> deferred_tables_;
  std::optional<DeferredForeignKeys> deferred_;
  StatementLimits limits_;  // the wait for the write lock is over before they are known: see call.cpp
  std::optional<Error> last_error_;  // of SQLite, for when it destroyed the transaction
};

}  // namespace whimbrel::sqlite
