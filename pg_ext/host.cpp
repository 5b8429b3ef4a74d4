#include "pg_ext/host.h"

#include "common/text/ascii.h"
#include "pg_ext/access.h"
#include "pg_ext/assess.h"
#include "pg_ext/assess_column.h"
#include "pg_ext/catalog.h"
#include "pg_ext/catalog_facts.h"
#include "pg_ext/constraint_mode.h"
#include "pg_ext/drop_objects.h"
#include "pg_ext/equality.h"
#include "pg_ext/find_rows.h"
#include "pg_ext/guard.h"
#include "pg_ext/insert.h"
#include "pg_ext/insert_executor.h"
#include "pg_ext/integer_places.h"
#include "pg_ext/large_object.h"
#include "pg_ext/leftover.h"
#include "pg_ext/load_frame.h"
#include "pg_ext/named_relation.h"
#include "pg_ext/own_tables.h"
#include "pg_ext/part_workers.h"
#include "pg_ext/run_observer.h"
#include "pg_ext/scan.h"
#include "pg_ext/script.h"
#include "pg_ext/sequence_state.h"
#include "pg_ext/sequences.h"
#include "pg_ext/settings.h"
#include "pg_ext/sqlite_file.h"
#include "pg_ext/table_size.h"
#include "pg_ext/value_judge.h"

namespace whimbrel::pg {

namespace {

std::string text_or_empty(const char* text) { return text == nullptr ? std::string() : std::string(text); }

std::optional<Oid> find_schema(const std::string& name) {
  const Oid found = pg_call([&] { return get_namespace_oid(name.c_str(), true); });
  return found == InvalidOid ? std::nullopt : std::optional(found);
}

Dialect describe_session(Oid own_schema) {
  struct Names {
    const char *version, *database, *own, *current;
  };
  const Names names = pg_call([&] {
    Names found{GetConfigOption("server_version", false, false), get_database_name(MyDatabaseId),
                get_namespace_name(own_schema), nullptr};
    List* path = fetch_search_path(false);
    if (path != NIL) found.current = get_namespace_name(linitial_oid(path));
    list_free(path);
    return found;
  });
  Dialect dialect;
  dialect.engine = "postgresql";
  dialect.server_version = text_or_empty(names.version);
  // "15.20 (Debian 15.20-0+deb12u1)": the distribution's part is not the version.
  if (const std::size_t end = dialect.server_version.find(' '); end != std::string::npos)
    dialect.server_version.resize(end);
  dialect.database = text_or_empty(names.database);
  dialect.temporary_directory = std::string(DataDir) + "/base/pgsql_tmp";
  dialect.has_advisory_locks = true;
  dialect.has_workers = true;
  dialect.new_file_mode =
      0644;  // as COPY does: the server's own umask would keep the file from who asked for it
  dialect.own_schema = text_or_empty(names.own);
  dialect.registry_schema = dialect.own_schema;
  dialect.default_schema = names.current == nullptr ? "public" : text_or_empty(names.current);
  return dialect;
}

ValueType type_of(const Table& table, std::size_t column) {
  return pg_call([&] {
    const Oid relation = static_cast<Oid>(table.host_id);
    return describe_type(get_atttype(relation, get_attnum(relation, table.columns[column].name.c_str())), -1);
  });
}

// A failed commit has ended the transaction all the same and begun the next: what the guard puts back then is
// gone.
void commit_transaction() {
  try {
    pg_call([] { SPI_commit(); });
  } catch (...) {
    CurrentResourceOwner = TopTransactionResourceOwner;
    throw;
  }
}

}  // namespace

PgHost::PgHost(Oid own_schema, bool read_only)
    : own_schema_(own_schema),
      dialect_(describe_session(own_schema)),
      statements_(read_only),
      foreign_keys_(statements_, savepoints_) {}

Caller PgHost::caller() {
  const auto reader = statements_.query(
      "SELECT current_user::pg_catalog.text, pg_catalog.host(pg_catalog.inet_client_addr()),"
      " pg_catalog.current_setting('application_name'),"
      " (SELECT pg_catalog.jsonb_object_agg(name, pg_catalog.current_setting(name))::pg_catalog.text"
      "    FROM pg_catalog.unnest('{search_path,session_authorization,role,lock_timeout,statement_timeout,"
      "standard_conforming_strings,TimeZone,row_security,check_function_bodies,default_tablespace}'"
      "::pg_catalog.text[]) name)",
      {});
  RowBatch batch;
  Caller caller;
  if (!reader->next(batch)) return caller;
  const auto text = [&](std::size_t i) {
    const Cell& cell = batch.row(0)[i];
    return cell.is_null() ? std::string() : std::string(cell.view());
  };
  caller.user = text(0);
  caller.client_address = text(1);
  caller.application = text(2);
  caller.settings = text(3);
  return caller;
}

void PgHost::use_schema(const std::string& name) {
  const std::optional<Oid> schema = find_schema(name);
  if (!schema) throw Error(code::kInvalidOption, "schema \"" + name + "\" does not exist");
  own_schema_ = *schema;
  dialect_.own_schema = name;
  dialect_.default_schema = name;
  set_search_path();
}

void PgHost::set_search_path() {
  const std::string path =
      quote_identifier(dialect_.own_schema) + ", " + quote_identifier(dialect_.registry_schema);
  schema_settings_.emplace();
  schema_settings_->set("search_path", path.c_str());
}

// The end of a transaction ends what was set in it.
void PgHost::commit() {
  const bool has_schema = schema_settings_.has_value();
  schema_settings_.reset();
  commit_transaction();
  if (has_schema) set_search_path();
}

void PgHost::ensure_own_tables(OwnTables) {
  if (!own_schema_is_extensions())
    create_own_tables(statements_, dialect_.own_schema, dialect_.registry_schema);
  history_watch_.begin(own_schema_, dialect_.own_schema, own_schema_is_extensions());
}

bool PgHost::has_own_tables(OwnTables) {
  return own_schema_is_extensions() || own_tables_exist(statements_, dialect_.own_schema);
}

bool PgHost::may_read_texts() {
  const std::string table = quote_name(dialect_.own_schema, "schema_migrations");
  const Cell parameters[] = {Cell::text(table)};
  return statements_.execute(
             "SELECT FROM (SELECT) one WHERE pg_catalog.has_column_privilege($1, 'up_sql', 'SELECT')",
             parameters) > 0;
}

std::int64_t PgHost::execute(std::string_view sql, std::span<const Cell> parameters) {
  return statements_.execute(sql, parameters);
}

std::unique_ptr<RowReader> PgHost::query(std::string_view sql, std::span<const Cell> parameters) {
  return statements_.query(sql, parameters);
}

std::unique_ptr<RowReader> PgHost::query_all_rows(std::string_view sql, std::span<const Cell> parameters) {
  SettingsScope settings;
  settings.forbid_hidden_rows();
  return statements_.query(sql, parameters);
}

std::vector<Statement> PgHost::split(std::string_view script) { return split_script(script); }

std::int64_t PgHost::run_script_statement(std::string_view sql) {
  check_interrupt();
  deferred_checks_.look_at(sql);
  const bool makes_temporary = TemporaryTables::are_made_by(sql);
  if (makes_temporary) temporary_tables_.look_before();
  const std::int64_t rows = limited_.run([&] { return pg::run_script_statement(sql); });
  history_watch_.require();
  if (makes_temporary) temporary_tables_.look_after();
  prepared_.look_at(sql);
  cursors_.look_at(sql);
  return rows;
}

bool PgHost::names_other_table(std::string_view name) {
  const Cell parameters[] = {Cell::text(name)};
  const auto found =
      statements_.query("SELECT FROM pg_catalog.pg_class c WHERE c.oid = " + std::string(kNamedRelation) +
                            " AND NOT " + std::string(kIsOwnTable),
                        parameters);
  RowBatch batch;
  return found->next(batch);
}

void PgHost::run_limited(const std::function<void()>& body) {
  limited_.run_once([&] {
    body();
    return 0;
  });
}

std::int64_t PgHost::copy_in(std::string_view sql, std::string_view data) {
  check_interrupt();
  const auto copy = [&] { return copy_script_data(sql, data); };
  // Frozen rows go into a table that was made in the same savepoint only.
  return contains_lower(sql, "freeze") ? limited_.run_once(copy) : limited_.run(copy);
}

void PgHost::commit_and_begin() {
  limited_.pause();
  commit();
  limited_.resume();
  step_.reset();
}

// The worker becomes what the session is when it starts.
void PgHost::run_outside_transaction(std::string_view sql, const std::function<void()>& set) {
  limited_.pause();
  step_.reset();
  const auto start_step = [&] {
    SettingsScope limits;
    limited_.set_given(limits);
    step_.emplace(own_schema_, history_watch_, sql);
  };
  if (set) {
    savepoints_.begin();
    try {
      set();
      start_step();
    } catch (...) {
      savepoints_.roll_back();
      throw;
    }
    savepoints_.release();
  } else {
    start_step();
  }
  commit();
  limited_.resume();
  step_->run();
}

void PgHost::rollback_savepoint() {
  savepoints_.roll_back();
  if (savepoints_.depth() > 0) return;
  prepared_.drop();
  cursors_.close();
}

void PgHost::end_like_transaction() {
  cursors_.close();
  deferred_checks_.run();
  temporary_tables_.drop();
  prepared_.drop();
}

Leftover PgHost::look_at_leftover(std::string_view sql, bool interrupted) {
  return pg::look_at_leftover(statements_, sql, interrupted);
}

bool PgHost::is_step_running() { return pg::is_step_running(own_schema_); }

void PgHost::pause(std::chrono::milliseconds duration) {
  const long milliseconds = static_cast<long>(duration.count());
  pg_call([=] {
    InvalidateCatalogSnapshotConditionally();
    WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, milliseconds, PG_WAIT_EXTENSION);
    ResetLatch(MyLatch);
    CHECK_FOR_INTERRUPTS();
  });
}

void PgHost::add_named(Schema& schema, std::span<const std::string> names) {
  pg::add_named(statements_, dialect_.default_schema, schema, names);
}

std::vector<ConfigurationRows> PgHost::configuration_rows() { return read_configuration_rows(statements_); }

LoadFrame PgHost::load_frame(const LoadRequest& request) { return make_load_frame(statements_, request); }

Schema PgHost::read_schema() { return pg::read_schema(statements_, dialect_.default_schema); }

Catalog PgHost::read_catalog(const CatalogRequest& request) {
  return read_catalog_facts(statements_, request);
}

std::vector<StatementEffect> PgHost::assess(std::string_view sql) {
  return assess_statement(statements_, sql);
}

bool PgHost::relabels(std::string_view from, std::string_view to) {
  return type_relabels(std::string(from), std::string(to));
}

TableSize PgHost::table_size(const std::string& identity) { return size_of_table(statements_, identity); }

std::unique_ptr<RunObserver> PgHost::observe_run() { return make_run_observer(statements_); }

std::unique_ptr<SequenceKeeper> PgHost::keep_sequences() {
  return std::make_unique<SequenceStates>(*this, statements_);
}

std::unique_ptr<PartWorkers> PgHost::start_workers(const ScanRequest& request, std::size_t count,
                                                   std::string_view task, const PartsDone* counted) {
  return start_part_workers(request, count, task, counted, own_schema_);
}

std::unique_ptr<TableReader> PgHost::scan(const ScanRequest& request) {
  return open_scan(statements_, request);
}

IntegerPlaces PgHost::integer_places(const Table& table, std::size_t column) {
  return pg::integer_places(table, column);
}

std::uint64_t PgHost::insert(const InsertRequest& request, RowReader& rows) {
  return insert_rows(request, rows, load_);
}

std::unique_ptr<ValueJudge> PgHost::judge_values(const Table& table, std::span<const std::size_t> columns) {
  return pg::judge_values(savepoints_, table, columns);
}

std::string PgHost::equals(const Table& table, std::size_t column, const std::string& value) {
  return equality(type_of(table, column), quote_identifier(table.columns[column].name), value);
}

std::string PgHost::equals_one_of(const Table& table, std::size_t column,
                                  const std::vector<std::string>& values) {
  return equality_with_one_of(type_of(table, column), quote_identifier(table.columns[column].name), values);
}

std::unique_ptr<RowReader> PgHost::find_rows(const LookupRequest& request, const RowBatch& keys) {
  return pg::find_rows(statements_, request, keys);
}

WriteCounts PgHost::write(const WriteRequest& request, RowReader& rows) {
  return write_by_executor(request, rows);
}

void PgHost::lock_rows(const Table& table) {
  const Oid relation = static_cast<Oid>(table.host_id);
  pg_call([=] { lock_against_writers(relation); });
}

std::uint64_t PgHost::clear_table(const Table& table) {
  // The rows of tables that inherit from it are theirs; those of partitions are its own.
  const bool partitioned =
      pg_call([&] { return get_rel_relkind(static_cast<Oid>(table.host_id)) == RELKIND_PARTITIONED_TABLE; });
  // Rows that a policy hides would stay: then it is an error instead.
  SettingsScope settings;
  settings.forbid_hidden_rows();
  return static_cast<std::uint64_t>(statements_.execute(
      (partitioned ? "DELETE FROM " : "DELETE FROM ONLY ") + quote_name(table.schema, table.name), {}));
}

void PgHost::try_deferred_checks(const Table& table, std::span<const std::size_t> columns) {
  pg::try_deferred_checks(statements_, savepoints_, table, columns);
}

void PgHost::raise_identity(const Table& table, std::size_t column, Numbers numbers) {
  raise_sequence(statements_, table, column, numbers);
}

IdBlock PgHost::reserve_ids(const Table& table, std::size_t column, std::uint64_t count, bool rehearsal) {
  return reserve_from_sequence(statements_, table, column, count, rehearsal);
}

std::vector<std::string> PgHost::drop_objects(std::span<const std::string> schemas) {
  std::vector<std::string> wanted(schemas.begin(), schemas.end());
  if (wanted.empty()) wanted.push_back(dialect_.default_schema);
  return pg::drop_objects(statements_, wanted, dialect_.own_schema);
}

std::int64_t PgHost::create_large_object() { return pg::create_large_object(); }

std::unique_ptr<LargeObject> PgHost::open_large_object(std::int64_t oid) {
  return pg::open_large_object(oid);
}

void PgHost::lock_migrations() {
  constexpr std::int32_t kLockClass = 0x77686D62;  // "whmb": one lock per schema with Whimbrel's tables
  // Not by SQL: a query would hold its snapshot while it waits, and the index that somebody builds
  // CONCURRENTLY would wait for us.
  if (!turn_) turn_.emplace(own_schema_);
  limited_.take_history_lock([&] {
    pg_call([&] {
      DirectFunctionCall2(pg_advisory_xact_lock_int4, Int32GetDatum(kLockClass),
                          Int32GetDatum(static_cast<std::int32_t>(own_schema_)));
    });
  });
}

void PgHost::require_file_access(FileAccess access, std::string_view path) {
  const bool reads = access == FileAccess::read;
  const bool allowed = pg_call([&] {
    return has_privs_of_role(GetUserId(), reads ? ROLE_PG_READ_SERVER_FILES : ROLE_PG_WRITE_SERVER_FILES);
  });
  if (!allowed) {
    const std::string role = reads ? "pg_read_server_files" : "pg_write_server_files";
    const std::string what = reads ? "read" : "write";
    throw Error(
        "42501", "permission denied to " + what + " files of the server",
        "Only roles with privileges of the \"" + role + "\" role may " + what + " files of the server.",
        reads ? "Send the content as the argument instead: it needs no privilege."
              : "Fetch the content as a result instead: it needs no privilege.");
  }
  if (!path.starts_with('/'))
    throw Error(code::kFile, "relative path \"" + std::string(path) + "\" is not allowed on the server",
                "The server's working directory is its data directory.", "Give an absolute path.");
}

std::unique_ptr<SqliteFile> PgHost::open_sqlite_file(const std::string& path, FileAccess access) {
  return pg::open_sqlite_file(path, access, dialect_.new_file_mode);
}

void PgHost::check_interrupt() {
  if (InterruptPending) pg_call([] { CHECK_FOR_INTERRUPTS(); });
}

void PgHost::notice(NoticeLevel level, const std::string& message) {
  const int severity = level == NoticeLevel::debug ? DEBUG1 : level == NoticeLevel::notice ? NOTICE : WARNING;
  pg_call([&] { ereport(severity, (errmsg_internal("%s", message.c_str()))); });
}

// These functions of the server raise no errors. What shows a job that ended by an error is cleared with its
// transaction.
void PgHost::begin_job(JobKind kind, const Table& table) {
  pgstat_progress_start_command(PROGRESS_COMMAND_COPY, static_cast<Oid>(table.host_id));
  pgstat_progress_update_param(PROGRESS_COPY_COMMAND, kind == JobKind::export_rows
                                                          ? PROGRESS_COPY_COMMAND_TO
                                                          : PROGRESS_COPY_COMMAND_FROM);
  pgstat_progress_update_param(PROGRESS_COPY_TYPE, PROGRESS_COPY_TYPE_CALLBACK);
}

void PgHost::advance_job(std::uint64_t bytes, std::uint64_t rows) {
  const int parameters[] = {PROGRESS_COPY_BYTES_PROCESSED, PROGRESS_COPY_TUPLES_PROCESSED};
  const int64 values[] = {static_cast<int64>(bytes), static_cast<int64>(rows)};
  pgstat_progress_update_multi_param(2, parameters, values);
}

void PgHost::end_job() { pgstat_progress_end_command(); }

}  // namespace whimbrel::pg
