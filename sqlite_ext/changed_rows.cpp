#include "sqlite_ext/changed_rows.h"

#include <utility>

#include "common/host.h"
#include "common/schema/sqlite/names.h"
#include "common/schema/sqlite/normal_text.h"
#include "common/schema/sqlite/token_cursor.h"
#include "common/sql/lexer.h"

namespace whimbrel::sqlite {

namespace {

constexpr const char* kElsewhere = "(by triggers and foreign keys)";

// The table that INSERT, REPLACE, UPDATE or DELETE names, also behind WITH; empty for other statements and
// for tables of other schemas than main.
std::string changed_table(std::string_view text) {
  sql::Lexer lexer(text, sql::Rules::sqlite);
  int depth = 0;
  sql::Token token = lexer.next_code();
  for (; token.kind != sql::TokenKind::end; token = lexer.next_code()) {
    depth += token.is('(') ? 1 : token.is(')') ? -1 : 0;
    if (depth == 0 && (token.is_word("insert") || token.is_word("replace") || token.is_word("update") ||
                       token.is_word("delete")))
      break;
  }
  if (token.kind == sql::TokenKind::end) return {};
  token = lexer.next_code();
  if (token.is_word("or")) {  // INSERT OR IGNORE INTO, UPDATE OR REPLACE
    lexer.next_code();
    token = lexer.next_code();
  }
  if (token.is_word("into") || token.is_word("from")) token = lexer.next_code();
  std::string name = name_of(token);
  if (lexer.next_code().is('.')) {
    if (!token.is_word("main") && name != "main") return {};
    name = name_of(lexer.next_code());
  }
  return name;
}

// The table of the main schema that CREATE TABLE … AS names; empty for other statements.
std::string filled_table(std::string_view text) {
  sql::Lexer lexer(text, sql::Rules::sqlite);
  if (!lexer.next_code().is_word("create") || !lexer.next_code().is_word("table")) return {};
  sql::Token token = lexer.next_code();
  if (token.is_word("if")) {  // NOT EXISTS
    lexer.next_code();
    lexer.next_code();
    token = lexer.next_code();
  }
  std::string name = name_of(token);
  token = lexer.next_code();
  if (token.is('.')) {
    if (lower_name(name) != "main") return {};
    name = name_of(lexer.next_code());
    token = lexer.next_code();
  }
  return token.is_word("as") ? name : std::string();
}

bool table_exists(sqlite3* db, const std::string& name) {
  return sqlite3_table_column_metadata(db, "main", name.c_str(), nullptr, nullptr, nullptr, nullptr, nullptr,
                                       nullptr) == SQLITE_OK;
}

}  // namespace

class ChangedRowsLog::Observer final : public RunObserver {
 public:
  explicit Observer(ChangedRowsLog& log) : log_(log) { log_.watched_ = true; }
  ~Observer() override {
    log_.watched_ = false;
    log_.rows_.clear();
    log_.former_names_.clear();
    log_.dropped_.clear();
  }
  Observer(const Observer&) = delete;
  Observer& operator=(const Observer&) = delete;

  std::vector<ChangedRows> take_changed_rows() override {
    std::vector<ChangedRows> rows;
    for (auto& [name, one] : std::exchange(log_.rows_, {})) rows.push_back(std::move(one));
    return rows;
  }
  std::set<std::string> dropped_tables() override { return log_.dropped_; }
  // Who writes has the whole file; it is no fact about a table.
  std::vector<TakenLock> locks(const Catalog&) override { return {}; }

 private:
  ChangedRowsLog& log_;
};

void ChangedRowsLog::add(std::string_view sql, std::int64_t direct, std::int64_t all) {
  if (!watched_) return;
  const std::string table = changed_table(sql);
  if (direct > 0) count(lower_name(table), table.empty() ? "(not named)" : shown_name(table), direct);
  if (all > direct) count(kElsewhere, kElsewhere, all - direct);
}

void ChangedRowsLog::count(const std::string& table, std::string shown, std::int64_t rows) {
  ChangedRows& one = rows_[table];
  if (one.table.empty()) one.table = std::move(shown);
  one.rows += rows;
}

std::optional<std::string> ChangedRowsLog::table_to_fill(sqlite3* db, std::string_view sql) const {
  if (!watched_) return std::nullopt;
  std::string name = filled_table(sql);
  if (name.empty() || table_exists(db, name)) return std::nullopt;
  return name;
}

void ChangedRowsLog::add_filled(sqlite3* db, const std::string& table) {
  Prepared rows(db, "SELECT count(*) FROM main." + quote_identifier(table));
  rows.step();
  if (const std::int64_t filled = rows.integer(0); filled > 0)
    count(lower_name(table), shown_name(table), filled);
}

void ChangedRowsLog::follow(const StatementTarget& target) {
  if (watched_ && target.verb != StatementTarget::Verb::remove_rows) {
    const auto known = former_names_.extract(target.table);
    const std::string former = known.empty() ? target.table : known.mapped();
    if (target.verb == StatementTarget::Verb::drop_table)
      dropped_.insert(former);
    else
      former_names_[lower_name(target.new_name)] = former;
  }
  auto entry = rows_.extract(target.table);
  if (entry.empty() || target.verb != StatementTarget::Verb::rename_table) return;
  entry.key() = lower_name(target.new_name);
  entry.mapped().table = shown_name(target.new_name);
  rows_.insert(std::move(entry));
}

std::unique_ptr<RunObserver> ChangedRowsLog::observe() { return std::make_unique<Observer>(*this); }

}  // namespace whimbrel::sqlite
