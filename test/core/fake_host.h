// A Host without a database. Its own tables live in "ops" (so that an unqualified name fails), savepoints
// really undo, and the statements of scripts are words that say what shall happen:
//
//   anything               is remembered in `effects` and affects one row
//   FAIL code message      fails; FAIL code @n message has the position n
//   BREAK                  fails, and the savepoint is gone with it
//   CONCURRENTLY           anywhere in a statement: it needs no transaction; ENUM_VALUE: it adds one
//   OUTSIDE                anywhere in a statement: it may leave a trace when it is rolled back
//   WAIT                   fails with 55P03 in a part of a savepoint, else it is remembered
//   SYNTAX                 anywhere in a script: a syntax error of split() at its place
//   INSERT INTO "ops"."…"  is done in that table; so is DELETE FROM
//   SELECT true            a query of one row; false, null, 2 (the number), none (no row)
#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "common/host.h"
#include "common/sql/lexer.h"
#include "test/core/fake_tables.h"

namespace whimbrel::fake {

class FakeLargeObject : public LargeObject {
 public:
  explicit FakeLargeObject(std::string& content) : content_(content) {}
  std::size_t read_at(std::uint64_t offset, char* buffer, std::size_t capacity) override {
    if (offset >= content_.size()) return 0;
    return content_.copy(buffer, capacity, static_cast<std::size_t>(offset));
  }
  void write_at(std::uint64_t offset, std::string_view bytes) override {
    content_.resize(std::max(content_.size(), static_cast<std::size_t>(offset) + bytes.size()));
    content_.replace(static_cast<std::size_t>(offset), bytes.size(), bytes);
  }
  void truncate(std::uint64_t size) override { content_.resize(static_cast<std::size_t>(size)); }

 private:
  std::string& content_;
};

class FakeHost : public Host {
 public:
  explicit FakeHost(bool with_tables = true) {
    dialect_.engine = "postgresql";
    dialect_.server_version = "15.18";
    dialect_.database = "app";
    dialect_.own_schema = "ops";
    dialect_.registry_schema = "ops";
    dialect_.default_schema = "public";
    if (with_tables) create_own_tables();
  }

  // --- What tests look at and change

  struct State {
    Database tables;
    std::vector<std::string> effects;  // script statements, in order; undone by rollback_savepoint()
  };

  Dialect& mutable_dialect() { return dialect_; }
  State& state() { return state_; }
  const std::vector<std::string>& effects() const { return state_.effects; }
  const std::vector<Row>& migrations() { return state_.tables.at("\"ops\".\"schema_migrations\"").rows; }
  const std::vector<Row>& log() { return state_.tables.at("\"ops\".\"migration_log\"").rows; }

  std::vector<std::string> notices;
  std::vector<std::string> told;
  std::vector<std::string> jobs;  // begin_job(), advance_job(), end_job()
  std::deque<std::string> large_objects;
  std::vector<ConfigurationRows> configuration;
  LoadFrame frame;
  std::vector<std::string> copied;  // the data of each copy_in()
  std::string refused_path;         // require_file_access() of it fails
  std::size_t statements = 0;       // execute() and query() calls, for bookkeeping's price
  std::size_t locks = 0;
  State committed;                                         // as of the last commit_and_begin()
  std::function<void()> before_begin;                      // what others do between two transactions
  std::vector<std::string> outside;                        // what ran outside of any transaction
  std::map<std::string, Leftover, std::less<>> leftovers;  // of interrupted statements, by their text
  std::size_t steps_running = 0;                           // how often is_step_running() says yes
  std::size_t pauses = 0;
  bool writes_allowed = true;
  bool observes = false;  // whether dry runs find rows and locks: see Observer
  std::map<std::string, std::vector<StatementEffect>> assessments;  // of statements, for assess()
  std::map<std::string, TableSize> sizes;                           // for table_size()
  std::size_t put_back = 0;                                         // how often sequences were
  std::size_t savepoints_at_put_back = 0;
  bool cancelled_at_put_back = false;
  bool texts_readable = true;
  StatementLimits limits;
  std::size_t parts = 0;  // that were begun
  std::size_t open_savepoints() const { return savepoints_.size(); }

  // --- Host

  const Dialect& dialect() const override { return dialect_; }
  void use_schema(const std::string& name) override {
    if (name == "nowhere") throw Error(code::kInvalidOption, "schema \"nowhere\" does not exist");
    dialect_.own_schema = dialect_.default_schema = name;
  }
  Caller caller() override { return {"alice", "10.0.0.7", "psql", "{\"search_path\":\"public\"}"}; }

  std::int64_t execute(std::string_view sql, std::span<const Cell> parameters = {}) override {
    ++statements;
    return Query(state_.tables, sql, parameters).change();
  }

  std::unique_ptr<RowReader> query(std::string_view sql, std::span<const Cell> parameters = {}) override {
    ++statements;
    sql::Lexer lexer(sql);
    lexer.next_code();
    const sql::Token word = lexer.next_code();
    if (lexer.next_code().kind != sql::TokenKind::end) return Query(state_.tables, sql, parameters).select();
    std::vector<std::vector<Value>> rows;
    if (word.text == "true" || word.text == "false") rows = {{Value(Cell::boolean(word.text == "true"))}};
    if (word.text == "null") rows = {{Value()}};
    if (word.kind == sql::TokenKind::number)
      rows = {{Value(Cell::integer_of(std::stoll(std::string(word.text))))}};
    return std::make_unique<Rows<Value>>(1, std::move(rows));
  }

  std::vector<Statement> split(std::string_view script) override {
    std::vector<Statement> statements;
    bool open = false;
    const sql::Rules rules = sql::rules_of(dialect_.engine);
    sql::Lexer lexer(script, rules);
    for (sql::Token token = lexer.next_code(); token.kind != sql::TokenKind::end; token = lexer.next_code()) {
      if (token.is_word("syntax")) {
        Error error("42601", "syntax error at or near \"SYNTAX\"");
        error.position = characters(script.substr(0, token.offset)) + 1;
        throw error;
      }
      if (token.is(';')) {
        open = false;
        lexer.switch_rules(rules);  // the data of a COPY was cut out: what follows is a statement
        continue;
      }
      if (!open) {
        statements.emplace_back().offset = token.offset;
        statements.back().control = control_of(token);
        statements.back().leaves_no_trace = true;
        open = true;
      }
      if (token.is_word("concurrently")) statements.back().needs_no_transaction = true;
      if (token.is_word("outside")) statements.back().leaves_no_trace = false;
      if (token.is_word("enum_value")) statements.back().adds_enum_value = true;
      if (token.is_word("local")) statements.back().sets = Statement::Sets::transaction;
      statements.back().length = token.end() - statements.back().offset;
      if (token.is_word("stdin")) statements.back().copy_from_stdin = true;
    }
    return statements;
  }

  std::int64_t run_script_statement(std::string_view sql) override {
    if (sql.starts_with("FAIL ")) {
      Error error(sql.substr(5, 5), std::string(sql.substr(11)));
      if (error.message.starts_with('@')) {
        std::size_t digits = 0;
        error.position = std::stoll(error.message.substr(1), &digits);
        error.message.erase(0, digits + 2);
      }
      throw error;
    }
    if (sql == "WAIT" && open_parts_ > 0) throw Error("55P03", "canceling statement due to lock timeout");
    if (sql.starts_with("BREAK")) {
      broken_ = true;
      throw Error("23514", "constraint failed");
    }
    state_.effects.emplace_back(sql);
    if (sql.starts_with("INSERT INTO \"ops\"") || sql.starts_with("DELETE FROM \"ops\""))
      return Query(state_.tables, sql, {}).change();
    return 1;
  }

  std::int64_t copy_in(std::string_view sql, std::string_view data) override {
    state_.effects.emplace_back(sql);
    copied.emplace_back(data);
    return std::count(data.begin(), data.end(), '\n');
  }

  void begin_savepoint() override { savepoints_.push_back(state_); }
  void release_savepoint() override { savepoints_.pop_back(); }
  void rollback_savepoint() override {
    open_parts_ = 0;
    state_ = std::move(savepoints_.back());
    savepoints_.pop_back();
    if (broken_) throw Error(code::kTransactionControl, "a statement ended the transaction");
  }
  void begin_part() override {
    ++parts;
    ++open_parts_;
  }
  void end_part() override { --open_parts_; }

  void commit_and_begin() override {
    committed = state_;
    if (before_begin) before_begin();
  }
  void run_outside_transaction(std::string_view sql, const std::function<void()>& set) override {
    if (set) set();
    commit_and_begin();
    run_script_statement(sql);
    outside.emplace_back(sql);
  }
  Leftover look_at_leftover(std::string_view sql, bool interrupted) override {
    const auto found = leftovers.find(sql);
    return interrupted && found != leftovers.end() ? found->second : Leftover();
  }
  bool is_step_running() override { return steps_running > 0 && steps_running-- > 0; }
  void pause(std::chrono::milliseconds) override { ++pauses; }

  Schema read_schema() override { return {}; }
  Schema read_stored_schema() override { return read_schema(); }
  std::vector<ConfigurationRows> configuration_rows() override { return configuration; }
  LoadFrame load_frame(const LoadRequest&) override { return frame; }
  void add_named(Schema&, std::span<const std::string>) override {}
  // What the statements of scripts made: CREATE kind name, ALTER kind name definition, DROP kind name.
  Catalog read_catalog(const CatalogRequest&) override {
    Catalog catalog;
    for (const std::string& effect : state_.effects) {
      std::istringstream words(effect);
      std::string verb, kind, name, definition;
      words >> verb >> kind >> name;
      std::getline(words, definition);
      const auto is_it = [&](const CatalogObject& object) { return object.key() == kind + " " + name; };
      const auto at = std::find_if(catalog.objects.begin(), catalog.objects.end(), is_it);
      if (verb == "CREATE") {
        CatalogObject& made = catalog.objects.emplace_back();
        made.kind = kind;
        made.identity = name;
      }
      if (verb == "ALTER" && at != catalog.objects.end()) at->properties = {{"definition", definition}};
      if (verb == "DROP") std::erase_if(catalog.objects, is_it);
    }
    sort_catalog(catalog);
    return catalog;
  }
  std::vector<StatementEffect> assess(std::string_view sql) override {
    const auto at = assessments.find(std::string(sql));
    return at == assessments.end() ? std::vector<StatementEffect>{} : at->second;
  }
  TableSize table_size(const std::string& identity) override {
    const auto at = sizes.find(identity);
    return at == sizes.end() ? TableSize{} : at->second;
  }
  std::unique_ptr<RunObserver> observe_run() override { return std::make_unique<Observer>(*this); }
  std::unique_ptr<SequenceKeeper> keep_sequences() override { return std::make_unique<Keeper>(*this); }
  bool may_write() const override { return writes_allowed; }
  void ensure_own_tables(OwnTables group) override {
    if (!has_own_tables(group)) create_own_tables();
  }
  bool has_own_tables(OwnTables) override { return state_.tables.contains(table_key("schema_migrations")); }
  bool may_read_texts() override { return texts_readable; }

  std::unique_ptr<TableReader> scan(const ScanRequest&) override { no_tables(); }
  std::unique_ptr<PartWorkers> start_workers(const ScanRequest&, std::size_t, std::string_view,
                                             const PartsDone*) override {
    return nullptr;
  }
  std::uint64_t insert(const InsertRequest&, RowReader&) override { no_tables(); }
  void begin_load(std::span<const Table* const>) override { no_tables(); }
  void finish_load() override { no_tables(); }
  bool has_loaded() const override { return false; }
  void suspend_triggers(std::span<const Table* const>) override { no_tables(); }
  void restore_triggers() override { no_tables(); }
  std::unique_ptr<RowReader> find_rows(const LookupRequest&, const RowBatch&) override { no_tables(); }
  WriteCounts write(const WriteRequest&, RowReader&) override { no_tables(); }
  void lock_rows(const Table&) override { no_tables(); }
  void defer_foreign_keys(std::span<const Table* const>) override { no_tables(); }
  void restore_foreign_keys() override { no_tables(); }
  std::uint64_t clear_table(const Table&) override { no_tables(); }
  void raise_identity(const Table&, std::size_t, Numbers) override { no_tables(); }

  IdBlock reserve_ids(const Table&, std::size_t, std::uint64_t, bool) override { no_tables(); }

  std::vector<std::string> drop_objects(std::span<const std::string> schemas) override {
    std::vector<std::string> dropped;
    for (const std::string& schema : schemas) dropped.push_back("schema " + schema);
    if (schemas.empty()) dropped.emplace_back("table users");
    for (const std::string& one : dropped) state_.effects.push_back("DROP " + one);
    return dropped;
  }

  void set_limits(const StatementLimits& given) override { limits = given; }
  void run_limited(const std::function<void()>& body) override { body(); }
  void lock_migrations() override { ++locks; }
  void require_file_access(FileAccess, std::string_view path) override {
    if (!refused_path.empty() && path == refused_path)
      throw Error("42501", "permission denied for file access");
  }
  std::unique_ptr<SqliteFile> open_sqlite_file(const std::string&, FileAccess) override {
    throw Error(code::kUnsupported, "the fake host opens no files");
  }
  void check_interrupt() override {}
  void notice(NoticeLevel, const std::string& message) override { notices.push_back(message); }

  std::int64_t create_large_object() override {
    large_objects.emplace_back();
    return static_cast<std::int64_t>(large_objects.size()) - 1;
  }
  std::unique_ptr<LargeObject> open_large_object(std::int64_t oid) override {
    if (oid < 0 || oid >= static_cast<std::int64_t>(large_objects.size()))
      throw Error("42704", "large object " + std::to_string(oid) + " does not exist");
    return std::make_unique<FakeLargeObject>(large_objects[static_cast<std::size_t>(oid)]);
  }
  void tell(const std::string& line) override { told.push_back(line); }
  void begin_job(JobKind, const Table& table) override { jobs.push_back(table.display_name()); }
  void advance_job(std::uint64_t bytes, std::uint64_t rows) override {
    jobs.push_back(std::to_string(bytes) + " " + std::to_string(rows));
  }
  void end_job() override { jobs.emplace_back("end"); }

 private:
  // Every statement of a script changes one row of table "t" and locks it.
  class Observer : public RunObserver {
   public:
    explicit Observer(FakeHost& host) : host_(host), seen_(host.state_.effects.size()) {}
    std::vector<ChangedRows> take_changed_rows() override {
      const std::size_t before = std::exchange(seen_, host_.state_.effects.size());
      if (!host_.observes || seen_ == before) return {};
      return {{"t", static_cast<std::int64_t>(seen_ - before)}};
    }
    std::vector<TakenLock> locks(const Catalog&) override {
      if (!host_.observes) return {};
      return {{"t", "ExclusiveLock"}};
    }

   private:
    FakeHost& host_;
    std::size_t seen_;
  };

  class Keeper : public SequenceKeeper {
   public:
    explicit Keeper(FakeHost& host) : host_(host) {}
    void put_back() override {
      ++host_.put_back;
      host_.savepoints_at_put_back = host_.open_savepoints();
      if (host_.cancelled_at_put_back) throw Error("57014", "canceling statement due to user request");
    }

   private:
    FakeHost& host_;
  };

  [[noreturn]] static void no_tables() {
    throw Error(code::kUnsupported, "the fake host has no user tables");
  }

  static std::int64_t characters(std::string_view text) {
    return std::count_if(text.begin(), text.end(),
                         [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
  }

  static Statement::Control control_of(const sql::Token& word) {
    using Control = Statement::Control;
    if (word.is_word("begin") || word.is_word("start")) return Control::begin;
    if (word.is_word("commit") || word.is_word("end")) return Control::commit;
    if (word.is_word("rollback") || word.is_word("abort")) return Control::rollback;
    return word.is_word("savepoint") || word.is_word("release") ? Control::savepoint : Control::none;
  }

  std::string table_key(std::string_view name) const { return quote_name(dialect_.own_schema, name); }

  void create_own_tables() {
    const Value empty = Value::text("");
    const Value zero(Cell::integer_of(0));
    const Value when(Cell::of(Tag::timestamptz, 849204000'000000));  // 2026-11-28T18:00:00Z
    const Value real(Cell::real_of(0));
    state_.tables[table_key("schema_migrations")] = {"version",
                                                     {{"version", empty},
                                                      {"applied_at", when},
                                                      {"description", empty},
                                                      {"seq", zero},
                                                      {"applied_by", empty},
                                                      {"duration_ms", real},
                                                      {"statements", zero},
                                                      {"rows_affected", zero},
                                                      {"file", empty},
                                                      {"checksum", empty},
                                                      {"token_checksum", empty},
                                                      {"repeatable", Value(Cell::boolean(false))},
                                                      {"up_transaction", Value(Cell::boolean(true))},
                                                      {"down_transaction", Value(Cell::boolean(true))},
                                                      {"verify_by_running", Value(Cell::boolean(false))},
                                                      {"required", empty},
                                                      {"baseline", Value(Cell::boolean(false))},
                                                      {"up_sql", Value()},
                                                      {"down_sql", Value()},
                                                      {"verify_sql", Value()}},
                                                     {}};
    state_.tables[table_key("migration_log")] = {"log_id",
                                                 {{"log_id", zero},
                                                  {"logged_at", when},
                                                  {"action", empty},
                                                  {"version", empty},
                                                  {"description", empty},
                                                  {"outcome", empty},
                                                  {"duration_ms", real},
                                                  {"statements", zero},
                                                  {"rows_affected", zero},
                                                  {"executed_by", empty},
                                                  {"client_address", empty},
                                                  {"application", empty},
                                                  {"server_version", empty},
                                                  {"settings", empty},
                                                  {"detail", empty}},
                                                 {}};
    state_.tables[table_key("migration_journal")] = {"version,ordinal",
                                                     {{"version", empty},
                                                      {"ordinal", zero},
                                                      {"state", empty},
                                                      {"statement_hash", empty},
                                                      {"sql", empty},
                                                      {"attempts", zero},
                                                      {"rows_affected", zero},
                                                      {"executed_by", empty},
                                                      {"error", empty}},
                                                     {}};
    state_.tables[table_key("migration_sources")] = {"version",
                                                     {{"version", empty},
                                                      {"description", empty},
                                                      {"up_sql", empty},
                                                      {"down_sql", Value()},
                                                      {"added_at", when},
                                                      {"added_by", empty}},
                                                     {}};
    state_.tables[table_key("transfer_rules")] = {"rule_id",
                                                  {{"rule_id", zero},
                                                   {"rule", empty},
                                                   {"table_name", empty},
                                                   {"column_name", empty},
                                                   {"path", empty},
                                                   {"target_table", empty},
                                                   {"target_column", empty},
                                                   {"settings", Value::text("{}")},
                                                   {"added_at", when},
                                                   {"added_by", empty}},
                                                  {}};
  }

  Dialect dialect_;
  State state_;
  std::vector<State> savepoints_;
  bool broken_ = false;
  std::size_t open_parts_ = 0;
};

}  // namespace whimbrel::fake
