// The seam: everything that the core needs from a database, and nothing more. pg_ext/ and sqlite_ext/
// implement it for the real engines, test/ has a fake. The core never learns which one it talks to; what
// differs between engines is a method here or a field of Dialect.
//
// Every method may throw Error; an error of the server keeps its SQLSTATE, message, detail and hint, and
// carries the position where the server knows it. Long methods stop with the server's own error on cancel or
// timeout.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/error.h"
#include "common/own_table_names.h"
#include "common/schema/catalog_mark.h"
#include "common/schema/effect.h"
#include "common/schema/integer_places.h"
#include "common/schema/load_frame.h"
#include "common/schema/model.h"
#include "common/schema/value_judge.h"
#include "common/value.h"

namespace whimbrel {

// Constants of one engine in one session; filled once per call of a function.
struct Dialect {
  std::string engine;           // "postgresql" | "sqlite": the value of the marker option `engine:`
  std::string server_version;   // "15.18", "3.40.1"
  std::string database;         // the database's name, or the file's path
  std::string own_schema;       // where Whimbrel's tables live: the extension's schema, or "main"
  std::string registry_schema;  // where registered migrations are: own_schema until use_schema()
  std::string default_schema;   // a table outside it is written schema.table: "public", "main"
  bool text_may_hold_nul = false;
  bool stores_by_key = false;  // rows lie in the order of their key: to sort them costs nothing
  bool dynamic_types = false;  // a value may have another type than its column declares
  // What is marked transaction:false runs statement by statement. Else together after all: the engine refuses
  // next to nothing inside a transaction.
  bool statements_run_alone = true;
  bool has_advisory_locks = false;  // other tools take some while they migrate
  bool has_workers = false;         // start_workers() may start some
  std::string temporary_directory;  // for files that are gone when the call ends
  unsigned new_file_mode = 0;       // permissions of a file that we make; 0: what the process' umask leaves
};

// One statement of a script, as the engine's own rules split it. Offsets are bytes into the script.
struct Statement {
  enum class Control : std::uint8_t { none, begin, commit, rollback, savepoint };
  std::size_t offset = 0;
  std::size_t length = 0;           // without the semicolon
  Control control = Control::none;  // BEGIN, START TRANSACTION; COMMIT, END; ROLLBACK, ABORT; SAVEPOINT,
                                    // RELEASE, PREPARE TRANSACTION
  bool copy_from_stdin = false;     // its data lies between it and the next statement
  bool copy_to_stdout = false;      // COPY that would send rows to the client
  bool needs_no_transaction =
      false;                     // the engine refuses it inside of one: CREATE INDEX CONCURRENTLY, VACUUM
  bool adds_enum_value = false;  // what it adds can be used only after a commit
  bool may_commit = false;  // CALL, or DO with a COMMIT in it: it can do so outside of a transaction only
  bool leaves_no_trace = false;  // it calls no function: rolled back, sequences too, it may run again
  // What it does is to set something, for the session or for a transaction: what follows it in the migration
  // must find it so, in whichever transaction that runs.
  enum class Sets : std::uint8_t { nothing, session, transaction };
  Sets sets = Sets::nothing;
};

// What an earlier attempt to run a statement outside of a transaction has left in the catalog.
struct Leftover {
  bool complete = false;             // its whole effect is there, after the clean-up
  std::vector<std::string> cleanup;  // statements to run first, outside of a transaction too
};

// A part of a table's rows as they lie in it; what the numbers count is the engine's.
struct ScanPart {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

struct ScanRequest {
  const Table* table = nullptr;
  std::vector<std::size_t> columns;  // which, in which order
  bool ordered = true;               // by primary key (rows without one: as the engine stores them)
  // The rows may come as they lie, which is faster; the reader then says after the end whether that was the
  // order of the key. Only for callers that can start again.
  bool try_physical_order = false;
  std::string_view where = {};            // SQL condition of rows; "": all of them
  std::span<const Cell> parameters = {};  // of `where`: $1, $2, …
  // Behind `columns`, each as the text of its type's output function: an array as {1,2}, a row as (1,2).
  // Each is among `columns` too.
  std::span<const std::size_t> output_texts = {};
  std::optional<ScanPart> part = {};  // only these rows, under try_physical_order; of PartQueue::take()
  bool here_only = false;             // of a partitioned table without its partitions on other servers
};

// A RowReader of a table.
class TableReader : public RowReader {
 public:
  // After a row that is out of the key's order under try_physical_order, next() returns false and this true.
  virtual bool out_of_order() const { return false; }
  // Of a part: the keys of its first and its last row so far; empty where rows have no order to be in.
  virtual std::vector<std::int64_t> first_key() const { return {}; }
  virtual std::vector<std::int64_t> last_key() const { return {}; }
  // After the end of a part: goes on with another one, as if its scan began here.
  virtual void restart(const ScanPart& part) { static_cast<void>(part); }
};

struct PartsDone;  // common/transfer/parts_done.h

// How a process that works through parts of a table gets them, and gives what it made of them: it sends
// messages, or counts its parts among those of all processes.
class PartQueue {
 public:
  virtual ~PartQueue() = default;
  // The next part that nobody has taken; none after one that was counted is out of order.
  virtual std::optional<ScanPart> take() = 0;
  // A message about the part that was taken last; waits while the reader is far behind.
  virtual void send(std::string_view message) = 0;
  // Whether all parts before the one that was taken last are counted.
  virtual bool has_turn() const = 0;
  // Waits until it is so. Only this process may change what it gives, until pass().
  virtual PartsDone& wait_for_turn() = 0;
  virtual void pass() = 0;
};

// Other processes of the server that work through the parts of one table for a call, in one snapshot with it.
// They end with this object. Each function throws the error of a worker.
class PartWorkers {
 public:
  virtual ~PartWorkers() = default;
  // What they sent, in the order of the parts: the next message, until the next call; false after the last
  // one.
  virtual bool next(std::string_view& message) = 0;
  // Where parts are counted: for the calling process, to take its share of them.
  virtual PartQueue& own_queue() = 0;
  // After own_queue() gave the last part: waits for the others, until they have ended.
  virtual const PartsDone& finish() = 0;
};

struct InsertRequest {
  const Table* table = nullptr;
  std::vector<std::size_t> columns;  // what each cell of the source's rows is for; never a generated column
  bool may_be_absent = false;        // some cells may be Tag::absent; else none is
  bool may_load = false;             // between begin_load() and finish_load(): see there
  // A row whose values clash with those of a row that is there, in any key, is left out instead of an error.
  // Only for tables whose keys are checked at once (not deferrable).
  bool skip_conflicts = false;
};

// Which rows of a table have these values.
struct LookupRequest {
  const Table* table = nullptr;
  std::vector<std::size_t> key_columns;  // what the cells of a key are for
  std::vector<std::size_t> columns;      // what is asked of the rows found
};

// What becomes of one row of Host::write().
enum class RowAction : std::uint8_t {
  insert,   // a new row; absent: the column's default
  update,   // the row that has its key; absent: the column stays as it is
  replace,  // the row that has its key; absent: the column's default
  // The same, and the key is written too: it equals that of the row and is spelled otherwise.
  update_with_key,
  replace_with_key,
};

inline bool keeps_absent(RowAction action) {
  return action == RowAction::update || action == RowAction::update_with_key;
}
inline bool writes_key(RowAction action) {
  return action == RowAction::update_with_key || action == RowAction::replace_with_key;
}

struct WriteRequest {
  const Table* table = nullptr;
  std::vector<std::size_t> key_columns;  // among `columns`; they tell which row is updated
  std::vector<std::size_t> columns;      // never a generated one
};

struct WriteCounts {
  std::uint64_t inserted = 0;
  std::uint64_t updated = 0;
};

// Numbers for a column: first, first + step, …
struct IdBlock {
  std::int64_t first = 1;
  std::int64_t step = 1;

  std::int64_t at(std::uint64_t index) const { return first + static_cast<std::int64_t>(index) * step; }
};

// How long a statement of a migration may wait for a lock and run.
struct StatementLimits {
  static constexpr std::int64_t kLockTimeoutMs = 5000;
  static constexpr std::int64_t kLockRetries = 3;

  std::optional<std::int64_t> lock_timeout_ms;  // 0: waits without end; none: as the session has it, else
                                                // kLockTimeoutMs (SQLite: its busy_timeout)
  std::int64_t lock_retries = kLockRetries;     // how often one that waited so long is tried again
  std::int64_t statement_timeout_ms = 0;        // 0: runs without end
};

enum class FileAccess : std::uint8_t { read, write };
enum class Numbers : std::uint8_t { brought, drawn };  // what rows have in a column that counts
enum class JobKind : std::uint8_t { export_rows, import_rows };

// A large object of the server, by the caller's rights on it.
class LargeObject {
 public:
  virtual ~LargeObject() = default;
  // Up to `capacity` (> 0) bytes from `offset`; 0 only at the end.
  virtual std::size_t read_at(std::uint64_t offset, char* buffer, std::size_t capacity) = 0;
  virtual void write_at(std::uint64_t offset, std::string_view bytes) = 0;
  virtual void truncate(std::uint64_t size) = 0;
};

class Host;

// A SQLite database in a file, beside the database that the call is about. To read: all of it in one moment,
// whatever others write meanwhile. To write: a new one, which is gone with this object unless published. Its
// errors have codes of SQLite ("S" and four digits); who uses one says of which file they are.
class SqliteFile {
 public:
  virtual ~SqliteFile() = default;
  virtual Host& host() = 0;
  // A new file: it gets its name, complete, and host() is gone. A file that is there by then is an error.
  virtual void publish() = 0;
};

enum class NoticeLevel : std::uint8_t { debug, notice, warning };

// Who calls, for the history; empty where the engine does not know.
struct Caller {
  std::string user;
  std::string client_address;
  std::string application;
  std::string settings;  // those of the session that change what a migration does, as a JSON object
};

class Host {
 public:
  virtual ~Host() = default;

  virtual const Dialect& dialect() const = 0;
  virtual Caller caller() = 0;

  // From here on this call is about one schema, with a history of its own: own_schema and default_schema are
  // it, unqualified names of scripts mean it (then the extension's), lock_migrations() locks its history
  // only. Registered migrations are the same for all. Before anything else. Throws kInvalidOption for a
  // schema that does not exist, kUnsupported where the engine has no schemas.
  virtual void use_schema(const std::string& name) = 0;

  // --- Statements. `sql` is one statement, parameters are $1, $2, … and are used in that order.

  // Runs it, returns the rows affected (or returned).
  virtual std::int64_t execute(std::string_view sql, std::span<const Cell> parameters = {}) = 0;
  // Rows of a query. The reader must be gone before the savepoint that it was made in ends.
  virtual std::unique_ptr<RowReader> query(std::string_view sql, std::span<const Cell> parameters = {}) = 0;
  // The same, of tables of which no row may be missed: an error where row security would hide one.
  virtual std::unique_ptr<RowReader> query_all_rows(std::string_view sql,
                                                    std::span<const Cell> parameters = {}) {
    return query(sql, parameters);
  }
  // Whether a name, as a statement writes it now, is that of a table beside Whimbrel's own ones.
  virtual bool names_other_table(std::string_view) { return false; }
  // Splits a script without running it and checks the syntax as far as the engine can before the objects
  // exist. A syntax error has `position` relative to the whole script. `script` holds no COPY data and no
  // markers.
  virtual std::vector<Statement> split(std::string_view script) = 0;
  // Runs one statement of a migration's script: like execute(), but sees the effects of the one before,
  // refuses what the engine cannot run in a transaction with a clear error, and reports `position` inside
  // `sql`. Stops as check_interrupt() does, also before it begins.
  virtual std::int64_t run_script_statement(std::string_view sql) = 0;
  // Throws what is said of a statement that the engine can run in no migration, in a transaction or outside.
  virtual void refuse_unfit(std::string_view sql) const { static_cast<void>(sql); }
  // Loads COPY ... FROM stdin data (`data` without the \. line) for the COPY statement `sql`; rows loaded.
  // An engine without COPY throws kUnsupported. Stops like run_script_statement().
  virtual std::int64_t copy_in(std::string_view sql, std::string_view data) = 0;

  // --- Savepoints nest like brackets; use in_savepoint() below.

  // Opens one; session settings (search_path, role, …) changed inside are as before after either end.
  virtual void begin_savepoint() = 0;
  // May throw, with the savepoint still open, when what ran inside broke a reference that the engine could
  // not check before (SQLite: a table that was recreated).
  virtual void release_savepoint() = 0;
  // Must succeed whatever happened inside; if the transaction itself is gone (SQLite: RAISE(ROLLBACK)), it
  // throws an Error that says so.
  virtual void rollback_savepoint() = 0;

  // A part of a savepoint: ends as a savepoint does that is released, and costs next to nothing, but has no
  // rollback of its own. After an error in it or in end_part(), rollback_savepoint() ends it together with
  // the savepoint around it. No statement in it waits for a lock more than once.
  virtual void begin_part() = 0;
  virtual void end_part() = 0;
  // Before the end of the savepoint or part of a migration: does what the end of a transaction would do. It
  // checks what was deferred, and drops what was to live until then. After an error the savepoint must be
  // rolled back.
  virtual void end_like_transaction() {}

  // --- Transactions of the call's own: for functions of Effect::commits only, with no savepoint and no
  // reader open

  // Commits what was done and begins the next transaction; the lock of lock_migrations() ends with the old
  // one.
  virtual void commit_and_begin() = 0;
  // Commits what was done, but not before everything is ready to run the statement; runs it outside of any
  // transaction, as the calling user, with the session's settings; then begins the next transaction, also
  // when it throws what the statement said. Other callers see is_step_running() from before the commit until
  // the next commit_and_begin(), so that they find either a step that runs or its outcome. `set`, where it is
  // given, is called first: what it sets holds for the statement alone.
  virtual void run_outside_transaction(std::string_view sql, const std::function<void()>& set = {}) = 0;
  // What there is of the effect of `sql`, which needs no transaction. `interrupted`: an earlier attempt may
  // have been stopped anywhere; else only what would make it succeed without its effect is looked for (IF NOT
  // EXISTS over an index that is not valid).
  virtual Leftover look_at_leftover(std::string_view sql, bool interrupted) = 0;
  // Whether the statement of another caller runs like that at this moment, even if that caller is gone. Asked
  // under the lock.
  virtual bool is_step_running() = 0;
  // Waits, so that others can go on: for the time between two transactions. Stops as check_interrupt() does.
  virtual void pause(std::chrono::milliseconds duration) = 0;

  // --- Catalog

  // All ordinary and partitioned tables that the caller may see, system tables left out.
  virtual Schema read_schema() = 0;
  // Adds the views and the tables of other servers that are called exactly so ("v" in the default schema, or
  // "schema.v"), in their place by name. Others of the names are passed over.
  virtual void add_named(Schema& schema, std::span<const std::string> names) = 0;
  // The tables whose rows a load by SQL statements puts back: those of read_schema(), and what no document
  // carries as columns and tables of their own (SQLite: rowids that no column stands for, the tables behind a
  // virtual table). scan() takes them.
  virtual Schema read_stored_schema() = 0;
  // Of extensions other than Whimbrel, by schema and table.
  virtual std::vector<ConfigurationRows> configuration_rows() = 0;
  virtual LoadFrame load_frame(const LoadRequest& request) = 0;
  // Every object of the database as a fact, of every schema, system objects, Whimbrel's own tables and
  // members of other extensions left out. The texts do not depend on the caller's settings. A few queries,
  // whatever the number of objects; inside a transaction it sees what was done in it.
  virtual Catalog read_catalog(const CatalogRequest& request) = 0;
  // The same for what changes from here on; an engine may know a quicker way than reading everything twice.
  virtual std::unique_ptr<CatalogMark> mark_catalog() { return mark_whole_catalog(*this); }
  // What one statement of a script would do to tables that exist, or that it creates itself; runs nothing. A
  // table that is not there is named as it would be looked up. Statements without any effect of interest give
  // none.
  virtual std::vector<StatementEffect> assess(std::string_view sql) = 0;
  // Whether a column of one type becomes one of another, both by StatementEffect::type, without writing a
  // row.
  virtual bool relabels(std::string_view /*from*/, std::string_view /*to*/) { return false; }
  // Of a table by its identity. Counts where that is quick, else estimates.
  virtual TableSize table_size(const std::string& identity) = 0;
  virtual std::unique_ptr<RunObserver> observe_run() = 0;
  // Null where a rollback undoes everything.
  virtual std::unique_ptr<SequenceKeeper> keep_sequences() { return nullptr; }
  // Whether this call may write: a function that is called as a table in SQLite may not.
  virtual bool may_write() const = 0;
  // Creates Whimbrel's own tables of a group when the engine does not do it at install time (SQLite). Writes.
  virtual void ensure_own_tables(OwnTables group) = 0;
  // Whether those of migrations may wait for the first row: none of them is there, and nothing else has one
  // of their names. What changes the schema meanwhile is spared them: SQLite reads all of it with each ALTER
  // TABLE.
  virtual bool own_tables_may_wait() { return false; }
  // Whether all of a group exist (a status must not write).
  virtual bool has_own_tables(OwnTables group) = 0;
  // Whether the caller may read the SQL that the history keeps; who may only see the status may not.
  virtual bool may_read_texts() = 0;

  // --- Data

  // Rows of one table, in the snapshot of the calling statement. Rows that row security would hide are an
  // error.
  virtual std::unique_ptr<TableReader> scan(const ScanRequest& request) = 0;
  // Which parts of a column's values, arrays or composite values, are integers of 64 bits.
  virtual IntegerPlaces integer_places(const Table& table, std::size_t column) {
    static_cast<void>(table), static_cast<void>(column);
    return {};
  }
  // Starts processes, `count` at most, that each run export_parts() (common/transfer/export_part.h) with
  // `task` over the parts of what scan(request) would read. With `counted` they count their parts, beginning
  // with that; else they send them. Null where that helps nothing: a small table, one that does not lie in
  // the order that is wanted, no free process.
  virtual std::unique_ptr<PartWorkers> start_workers(const ScanRequest& request, std::size_t count,
                                                     std::string_view task, const PartsDone* counted) = 0;
  // Inserts all rows of `rows`, whose cells stand for request.columns; returns how many. Tag::absent is the
  // column's default. Identity columns take the given values. A cell may have another tag than the column's
  // kind: text is then read by the type's own input rules (an enum's label, "192.168.0.1", a date that is
  // infinity). Privileges, row security, triggers and constraints hold. On a bad row the Error has `row`.
  virtual std::uint64_t insert(const InsertRequest& request, RowReader& rows) = 0;
  // Of values for these columns of the table. Null where the core knows all that can be said of them.
  virtual std::unique_ptr<ValueJudge> judge_values(const Table& table, std::span<const std::size_t> columns) {
    static_cast<void>(table), static_cast<void>(columns);
    return nullptr;
  }
  // A load: from here to finish_load(), an insert() with may_load into one of these tables may do at its end,
  // for all rows at once, what else is done for each (entries of indexes), and leave checks of foreign keys
  // to finish_load(), where that is faster. Outside of insert() the indexes are complete. An error then may
  // name no row; the same inserts without may_load do. Forgets an earlier load that was not finished.
  virtual void begin_load(std::span<const Table* const> tables) = 0;
  virtual void finish_load() = 0;
  // Whether an insert since begin_load() did so.
  virtual bool has_loaded() const = 0;
  // Switches the triggers of the user on these tables off until restore_triggers(), which gives each its own
  // state back; so does a rollback to a savepoint from before. Rules and foreign keys stay. Throws the
  // engine's privilege error when the caller may not.
  virtual void suspend_triggers(std::span<const Table* const> tables) = 0;
  virtual void restore_triggers() = 0;
  // SQL for a column that equals `value`, as its unique keys mean it: by no operator of that name that
  // somebody else has made.
  virtual std::string equals(const Table& table, std::size_t column, const std::string& value);
  // The same for one of some values.
  virtual std::string equals_one_of(const Table& table, std::size_t column,
                                    const std::vector<std::string>& values);
  // Rows whose key equals one of `keys`, which has a cell for each key column: first the number of that key
  // in the batch (an integer), then request.columns. In no order; a key with a null has none. Quick where a
  // key of the table begins with these columns. Rows that row security would hide are an error. `keys` may go
  // when it returns; the reader must be gone before the next savepoint.
  virtual std::unique_ptr<RowReader> find_rows(const LookupRequest& request, const RowBatch& keys) = 0;
  // Inserts and updates in one go, in the order of `rows`: what is checked at the end of a statement is
  // checked after the last one. A row is its RowAction as an integer cell, then a cell for each of
  // request.columns. Otherwise like insert(); an update counts when there was a row and no trigger kept it
  // back.
  virtual WriteCounts write(const WriteRequest& request, RowReader& rows) = 0;
  // Keeps other writers away from the rows of the table until the transaction ends, so that what find_rows()
  // found is still so when it is written.
  virtual void lock_rows(const Table& table) = 0;
  // Before anything is written to these tables. Where checks of theirs wait for the end of the transaction
  // already, they wait on: they are not this call's.
  virtual void note_waiting_checks(std::span<const Table* const> /*tables*/) {}
  // Lets the foreign keys of these tables be broken until restore_foreign_keys(), which checks them. For
  // cycles.
  virtual void defer_foreign_keys(std::span<const Table* const> tables) = 0;
  virtual void restore_foreign_keys() = 0;
  // Makes the checks that wait for the end of the transaction now, and leaves them to be made again then: of
  // the table's keys and exclusions that hold one of the columns, and of its triggers that are constraints.
  // What they say is thrown here. Nothing where no such check says anything of a row.
  virtual void try_deferred_checks(const Table& /*table*/, std::span<const std::size_t> /*columns*/) {}
  // Deletes all rows of the table, returns how many. Never truncates others with it.
  virtual std::uint64_t clear_table(const Table& table) = 0;
  // Puts the sequence behind a column that counts above its highest value, in a way that a rollback undoes:
  // from then on also numbers drawn from it in this transaction are given back by a rollback. For numbers
  // that are only drawn it does nothing unless they would be below that value.
  virtual void raise_identity(const Table& table, std::size_t column, Numbers numbers) = 0;

  // A new large object of the caller's, empty; its oid. An engine without them throws kUnsupported. So does
  // open_large_object().
  virtual std::int64_t create_large_object() = 0;
  virtual std::unique_ptr<LargeObject> open_large_object(std::int64_t oid) = 0;
  // `count` numbers that neither the column holds nor anybody else gets: from the sequence behind it when it
  // has one, else behind its highest value. Of a `rehearsal`, which is rolled back, nothing is left drawn.
  virtual IdBlock reserve_ids(const Table& table, std::size_t column, std::uint64_t count,
                              bool rehearsal) = 0;

  // Drops every object of these schemas (none: the default one) that belongs neither to Whimbrel nor to an
  // extension, with all that depends on it; foreign keys do not stand in the way. Returns what it dropped, as
  // `table public.users`. An engine with one schema takes only that one's name.
  virtual std::vector<std::string> drop_objects(std::span<const std::string> schemas) = 0;

  // --- Session

  // Limits run_script_statement(), copy_in(), run_limited() and the wait of lock_migrations() for the rest of
  // the call. A statement that gives up says who is in the way.
  virtual void set_limits(const StatementLimits& limits) = 0;
  // Runs body(), which reads a query of a migration, no longer than one statement of it may run.
  virtual void run_limited(const std::function<void()>& body) = 0;
  // One applier at a time per history; held until the transaction ends; waits, and says for whom.
  virtual void lock_migrations() = 0;
  // Throws the engine's privilege error when the caller may not touch files of the server, and an Error for a
  // path that means nothing there (a relative one in PostgreSQL). Before any file is looked at.
  virtual void require_file_access(FileAccess access, std::string_view path) = 0;
  // After require_file_access(). SQLite itself throws kUnsupported: it has ATTACH.
  virtual std::unique_ptr<SqliteFile> open_sqlite_file(const std::string& path, FileAccess access) = 0;
  // Throws when the statement was cancelled or timed out.
  virtual void check_interrupt() = 0;
  virtual void notice(NoticeLevel level, const std::string& message) = 0;

  // --- What people see of a long call

  // A line for whoever waits for the call: a notice, or standard error where the engine has none.
  virtual void tell(const std::string& line) = 0;
  // Others see from here to end_job() that the call works at this table and, by advance_job(), how many bytes
  // and rows it has done, where the engine can show it. Cheap; none of it throws.
  virtual void begin_job(JobKind kind, const Table& table) = 0;
  virtual void advance_job(std::uint64_t bytes, std::uint64_t rows) = 0;
  virtual void end_job() = 0;
};

// Runs body() in a savepoint: released when it returns, rolled back when it throws.
template <typename Body>
void in_savepoint(Host& host, Body&& body) {
  host.begin_savepoint();
  try {
    body();
    host.release_savepoint();
  } catch (...) {
    host.rollback_savepoint();
    throw;
  }
}

// Quoted identifier, the same in both engines: "a""b".
std::string quote_identifier(std::string_view name);
// "schema"."table"
std::string quote_name(std::string_view schema, std::string_view name);
// String literal '…' with quotes doubled (standard_conforming_strings).
std::string quote_literal(std::string_view text);

}  // namespace whimbrel
