// Tables for the fake host: just enough SQL for the statements with which the core reads and writes its own
// tables (one table, equality, ORDER BY, LIMIT, ON CONFLICT). Anything else is an error, so that a test
// cannot pass by chance.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/error.h"
#include "common/schema/sqlite/token_cursor.h"
#include "common/sql/lexer.h"
#include "common/value.h"

namespace whimbrel::fake {

struct Value {
  Cell cell;
  std::string bytes;

  Value() = default;
  explicit Value(const Cell& from) : cell(from) {
    if (from.tag == Tag::text) bytes = from.view();
  }
  static Value text(std::string_view text) { return Value(Cell::text(text)); }
  Cell view() const { return cell.tag == Tag::text ? Cell::text(bytes) : cell; }
  bool operator==(const Value& other) const {
    return cell.tag == other.cell.tag &&
           (cell.tag == Tag::text ? bytes == other.bytes : cell.integer == other.cell.integer);
  }
  bool operator<(const Value& other) const {
    return cell.tag == Tag::text ? bytes < other.bytes : cell.integer < other.cell.integer;
  }
};

using Row = std::map<std::string, Value, std::less<>>;

struct TableData {
  std::string key;  // the columns of the primary key, with commas
  Row defaults;
  std::vector<Row> rows;
};

using Database = std::map<std::string, TableData, std::less<>>;  // by quoted name: "ops"."schema_migrations"

// `Stored` has view(), its cell.
template <typename Stored>
class Rows : public RowReader {
 public:
  Rows(std::size_t columns, std::vector<std::vector<Stored>> rows)
      : columns_(columns), rows_(std::move(rows)) {}
  std::size_t columns() const override { return columns_; }
  bool next(RowBatch& batch) override {
    batch.reset(columns_);
    for (; at_ < rows_.size() && !batch.full(); ++at_) {
      Cell* cells = batch.append();
      for (std::size_t i = 0; i < columns_; ++i) cells[i] = rows_[at_][i].view();
    }
    return !batch.empty();
  }

 private:
  std::size_t columns_;
  std::vector<std::vector<Stored>> rows_;
  std::size_t at_ = 0;
};

// One statement over a Database.
class Query {
 public:
  Query(Database& database, std::string_view sql, std::span<const Cell> parameters)
      : database_(database), sql_(sql), lexer_(sql), parameters_(parameters) {
    advance();
  }

  // Rows of a SELECT.
  std::unique_ptr<RowReader> select() {
    expect("select");
    std::vector<std::string> columns;
    bool maximum = accept("max");
    if (maximum) expect_mark('(');
    do columns.push_back(name());
    while (accept_mark(','));
    if (maximum) expect_mark(')');
    expect("from");
    std::vector<Row> rows = table().rows;
    if (accept("where")) filter(rows, true);
    if (accept("order")) order(rows);
    if (accept("limit")) rows.resize(std::min(rows.size(), static_cast<std::size_t>(value().cell.integer)));
    expect_end();
    std::vector<std::vector<Value>> result;
    for (const Row& row : rows) {
      auto& cells = result.emplace_back();
      for (const std::string& column : columns) cells.push_back(row.at(column));
    }
    if (maximum) {
      Value highest;
      for (const auto& row : result)
        if (highest.cell.is_null() || highest < row[0]) highest = row[0];
      result = {{highest}};
    }
    return std::make_unique<Rows<Value>>(columns.size(), std::move(result));
  }

  // INSERT, UPDATE … SET c = expression, … WHERE c = value, or DELETE; the rows affected.
  std::int64_t change() {
    if (accept("update")) return update();
    if (accept("delete")) {
      expect("from");
      auto& rows = table().rows;
      expect("where");
      const std::size_t before = rows.size();
      filter(rows, false);
      expect_end();
      return static_cast<std::int64_t>(before - rows.size());
    }
    expect("insert");
    expect("into");
    TableData& target = table();
    std::vector<std::string> columns;
    expect_mark('(');
    do columns.push_back(name());
    while (accept_mark(','));
    expect_mark(')');
    expect("values");
    std::vector<Row> rows;
    do rows.push_back(given_row(columns, target.defaults));
    while (accept_mark(','));
    const bool does_nothing = accept("on");
    if (does_nothing && !sql_.ends_with(" DO NOTHING")) fail("42601", "the fake host knows only DO NOTHING");
    std::int64_t affected = 0;
    for (Row& row : rows) {
      const auto existing = std::find_if(target.rows.begin(), target.rows.end(),
                                         [&](const Row& other) { return same_key(target, row, other); });
      if (existing == target.rows.end()) {
        target.rows.push_back(std::move(row));
        ++affected;
        continue;
      }
      if (!does_nothing) fail("23505", "duplicate key value violates unique constraint");
    }
    return affected;
  }

 private:
  [[noreturn]] void fail(std::string_view code, const std::string& message) const {
    throw Error(code, message + " [" + std::string(sql_) + "]");
  }
  Row given_row(const std::vector<std::string>& columns, Row row) {
    expect_mark('(');
    for (const std::string& column : columns) {
      if (!row.contains(column)) fail("42703", "column \"" + column + "\" does not exist");
      row[column] = value();
      if (column != columns.back()) expect_mark(',');
    }
    expect_mark(')');
    return row;
  }
  static bool same_key(const TableData& target, const Row& row, const Row& other) {
    for (std::size_t at = 0; at < target.key.size();) {
      const std::size_t end = std::min(target.key.find(',', at), target.key.size());
      const std::string column = target.key.substr(at, end - at);
      if (!(other.at(column) == row.at(column))) return false;
      at = end + 1;
    }
    return true;
  }
  void advance() { token_ = lexer_.next_code(); }
  bool accept(std::string_view word) {
    if (!token_.is_word(word)) return false;
    advance();
    return true;
  }
  void expect(std::string_view word) {
    if (!accept(word)) fail("42601", "the fake host expected " + std::string(word));
  }
  bool accept_mark(char mark) {
    if (!token_.is(mark)) return false;
    advance();
    return true;
  }
  void expect_mark(char mark) {
    if (!accept_mark(mark)) fail("42601", std::string("the fake host expected ") + mark);
  }
  void expect_end() {
    if (token_.kind != sql::TokenKind::end) fail("42601", "the fake host does not know this");
  }
  std::string name() {
    std::string name = sqlite::name_of(token_);
    advance();
    return name;
  }
  using Expression = std::function<Value(const Row&)>;
  // A value, a column, CURRENT_TIMESTAMP (the default of the column), or CASE WHEN c = value THEN … ELSE …
  // END.
  Expression expression(const Value& now) {
    if (accept("current_timestamp")) return [now](const Row&) { return now; };
    if (accept("case")) {
      expect("when");
      std::string column = name();
      expect_equals();
      Value wanted = value();
      expect("then");
      Expression then = expression(now);
      expect("else");
      Expression otherwise = expression(now);
      expect("end");
      return [=](const Row& row) { return row.at(column) == wanted ? then(row) : otherwise(row); };
    }
    if (token_.kind != sql::TokenKind::word) return [given = value()](const Row&) { return given; };
    return [column = name()](const Row& row) { return row.at(column); };
  }
  std::int64_t update() {
    TableData& target = table();
    expect("set");
    std::map<std::string, Expression> changes;
    do {
      std::string column = name();
      if (!target.defaults.contains(column)) fail("42703", "column \"" + column + "\" does not exist");
      expect_equals();
      changes[column] = expression(target.defaults.at(column));
    } while (accept_mark(','));
    expect("where");
    const std::string column = name();
    expect_equals();
    const Value wanted = value();
    expect_end();
    std::int64_t changed = 0;
    for (Row& row : target.rows) {
      if (!(row.at(column) == wanted)) continue;
      const Row old = row;
      for (const auto& [changed_column, to] : changes) row[changed_column] = to(old);
      ++changed;
    }
    return changed;
  }
  void expect_equals() {
    if (token_.text != "=") fail("42601", "the fake host knows only equality");
    advance();
  }
  TableData& table() {
    const std::size_t start = token_.offset;
    std::size_t end = token_.end();
    advance();
    if (accept_mark('.')) {
      end = token_.end();
      advance();
    }
    const auto found = database_.find(sql_.substr(start, end - start));
    if (found == database_.end())
      fail("42P01", "relation " + std::string(sql_.substr(start, end - start)) + " does not exist");
    return found->second;
  }
  Value value() {
    const sql::Token token = token_;
    advance();
    switch (token.kind) {
      case sql::TokenKind::parameter:
        return Value(
            parameters_[static_cast<std::size_t>(std::stoul(std::string(token.text.substr(1)))) - 1]);
      case sql::TokenKind::number:
        return Value(Cell::integer_of(std::stoll(std::string(token.text))));
      case sql::TokenKind::string:
        return Value::text(token.text.substr(1, token.text.size() - 2));
      default:
        fail("42601", "the fake host expected a value");
    }
  }
  void filter(std::vector<Row>& rows, bool keep) {
    struct Condition {
      std::string column, comparison;
      Value value;
      bool holds(const Row& row) const {
        const Value& other = row.at(column);
        return comparison == ">" ? value < other : (other == value) == (comparison == "=");
      }
    };
    std::vector<Condition> conditions;
    do {
      std::string column = name();
      std::string comparison(token_.text);
      if (comparison != "=" && comparison != "<>" && comparison != ">")
        fail("42601", "the fake host does not know this comparison");
      advance();
      conditions.push_back({std::move(column), std::move(comparison), value()});
    } while (accept("and"));
    std::erase_if(rows, [&](const Row& row) {
      const bool holds =
          std::ranges::all_of(conditions, [&row](const Condition& one) { return one.holds(row); });
      return holds != keep;
    });
  }
  void order(std::vector<Row>& rows) {
    expect("by");
    std::vector<std::pair<std::string, bool>> keys;
    do {
      std::string column = name();
      keys.emplace_back(std::move(column), accept("desc"));
    } while (accept_mark(','));
    std::stable_sort(rows.begin(), rows.end(), [&keys](const Row& a, const Row& b) {
      for (const auto& [column, descending] : keys) {
        const Value& left = descending ? b.at(column) : a.at(column);
        const Value& right = descending ? a.at(column) : b.at(column);
        if (left < right) return true;
        if (right < left) return false;
      }
      return false;
    });
  }

  Database& database_;
  std::string_view sql_;
  sql::Lexer lexer_;
  sql::Token token_;
  std::span<const Cell> parameters_;
};

}  // namespace whimbrel::fake
