// The core's Host in a PostgreSQL backend: one object per call of an SQL function, over an SPI connection
// that is open as long as it lives. Each method is a line or two; the work is in the files that are named as
// what they do.
#pragma once

#include <optional>

#include "common/host.h"
#include "pg_ext/cursors.h"
#include "pg_ext/deferred_checks.h"
#include "pg_ext/foreign_keys.h"
#include "pg_ext/history_turn.h"
#include "pg_ext/history_watch.h"
#include "pg_ext/limited_run.h"
#include "pg_ext/load.h"
#include "pg_ext/prepared_statements.h"
#include "pg_ext/savepoints.h"
#include "pg_ext/settings.h"
#include "pg_ext/statements.h"
#include "pg_ext/step_worker.h"
#include "pg_ext/temporary_tables.h"
#include "pg_ext/trigger_states.h"

namespace whimbrel::pg {

class PgHost final : public Host {
 public:
  // `own_schema`: where the extension's tables are. `read_only`: the function only reads, in one snapshot.
  PgHost(Oid own_schema, bool read_only);

  const Dialect& dialect() const override { return dialect_; }
  Caller caller() override;
  void use_schema(const std::string& name) override;

  std::int64_t execute(std::string_view sql, std::span<const Cell> parameters) override;
  std::unique_ptr<RowReader> query(std::string_view sql, std::span<const Cell> parameters) override;
  std::unique_ptr<RowReader> query_all_rows(std::string_view sql,
                                            std::span<const Cell> parameters = {}) override;
  std::vector<Statement> split(std::string_view script) override;
  std::int64_t run_script_statement(std::string_view sql) override;
  std::int64_t copy_in(std::string_view sql, std::string_view data) override;

  void begin_savepoint() override {
    savepoints_.begin();
    limited_.at_savepoint();
  }
  void release_savepoint() override { savepoints_.release(); }
  void rollback_savepoint() override;
  void begin_part() override { savepoints_.begin_part(); }
  void end_part() override { savepoints_.end_part(); }

  void commit_and_begin() override;
  void run_outside_transaction(std::string_view sql, const std::function<void()>& set) override;
  void end_like_transaction() override;
  Leftover look_at_leftover(std::string_view sql, bool interrupted) override;
  bool is_step_running() override;
  void pause(std::chrono::milliseconds duration) override;

  Schema read_schema() override;
  void add_named(Schema& schema, std::span<const std::string> names) override;
  Catalog read_catalog(const CatalogRequest& request) override;
  Schema read_stored_schema() override { return read_schema(); }
  std::vector<ConfigurationRows> configuration_rows() override;
  LoadFrame load_frame(const LoadRequest& request) override;
  std::vector<StatementEffect> assess(std::string_view sql) override;
  bool relabels(std::string_view from, std::string_view to) override;
  TableSize table_size(const std::string& identity) override;
  std::unique_ptr<RunObserver> observe_run() override;
  std::unique_ptr<SequenceKeeper> keep_sequences() override;
  bool may_write() const override { return !statements_.read_only(); }
  void ensure_own_tables(OwnTables) override;
  bool has_own_tables(OwnTables) override;
  bool may_read_texts() override;

  std::unique_ptr<TableReader> scan(const ScanRequest& request) override;
  IntegerPlaces integer_places(const Table& table, std::size_t column) override;
  std::unique_ptr<PartWorkers> start_workers(const ScanRequest& request, std::size_t count,
                                             std::string_view task, const PartsDone* counted) override;
  std::uint64_t insert(const InsertRequest& request, RowReader& rows) override;
  std::unique_ptr<ValueJudge> judge_values(const Table& table, std::span<const std::size_t> columns) override;
  void begin_load(std::span<const Table* const> tables) override { load_.begin(tables); }
  void finish_load() override { load_.finish(); }
  bool has_loaded() const override { return load_.has_loaded(); }
  void suspend_triggers(std::span<const Table* const> tables) override { trigger_states_.suspend(tables); }
  void restore_triggers() override { trigger_states_.restore(); }
  std::string equals_one_of(const Table& table, std::size_t column,
                            const std::vector<std::string>& values) override;
  std::string equals(const Table& table, std::size_t column, const std::string& value) override;
  std::unique_ptr<RowReader> find_rows(const LookupRequest& request, const RowBatch& keys) override;
  WriteCounts write(const WriteRequest& request, RowReader& rows) override;
  void lock_rows(const Table& table) override;
  void note_waiting_checks(std::span<const Table* const> tables) override {
    foreign_keys_.note_waiting(tables);
  }
  void defer_foreign_keys(std::span<const Table* const> tables) override { foreign_keys_.defer(tables); }
  void restore_foreign_keys() override { foreign_keys_.restore(); }
  void try_deferred_checks(const Table& table, std::span<const std::size_t> columns) override;
  std::uint64_t clear_table(const Table& table) override;
  void raise_identity(const Table& table, std::size_t column, Numbers numbers) override;

  std::int64_t create_large_object() override;
  std::unique_ptr<LargeObject> open_large_object(std::int64_t oid) override;
  IdBlock reserve_ids(const Table& table, std::size_t column, std::uint64_t count, bool rehearsal) override;

  std::vector<std::string> drop_objects(std::span<const std::string> schemas) override;

  void set_limits(const StatementLimits& limits) override { limited_.set(limits); }
  bool names_other_table(std::string_view name) override;
  void run_limited(const std::function<void()>& body) override;
  void lock_migrations() override;
  void require_file_access(FileAccess access, std::string_view path) override;
  std::unique_ptr<SqliteFile> open_sqlite_file(const std::string& path, FileAccess access) override;
  void check_interrupt() override;
  void notice(NoticeLevel level, const std::string& message) override;
  void tell(const std::string& line) override { notice(NoticeLevel::notice, line); }
  void begin_job(JobKind kind, const Table& table) override;
  void advance_job(std::uint64_t bytes, std::uint64_t rows) override;
  void end_job() override;

 private:
  // Whether the install script made the own tables.
  bool own_schema_is_extensions() const { return dialect_.own_schema == dialect_.registry_schema; }

  void set_search_path();
  void commit();

  Oid own_schema_;
  Dialect dialect_;
  Statements statements_;
  std::optional<SettingsScope> schema_settings_;  // of use_schema()
  std::optional<HistoryTurn> turn_;               // of lock_migrations()
  Savepoints savepoints_;
  LimitedRun limited_{savepoints_, statements_};
  DeferredChecks deferred_checks_{statements_};
  TemporaryTables temporary_tables_{statements_};
  PreparedStatements prepared_;
  Cursors cursors_;
  HistoryWatch history_watch_;
  Load load_;
  ForeignKeys foreign_keys_;
  TriggerStates trigger_states_;
  std::optional<StepWorker> step_;  // stays until the outcome of its statement is committed
};

}  // namespace whimbrel::pg
