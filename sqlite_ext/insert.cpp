#include "sqlite_ext/insert.h"

#include <algorithm>

#include "common/schema/sqlite/names.h"
#include "common/schema/sqlite/token_cursor.h"
#include "common/sql/lexer.h"
#include "sqlite_ext/fault.h"

namespace whimbrel::sqlite {

namespace {

bool is_value_word(std::string_view text) {
  for (const std::string_view known :
       {"null", "true", "false", "current_time", "current_date", "current_timestamp"})
    if (same_name(text, known)) return true;
  return false;
}

// The default as an expression: SQLite has no SET … = DEFAULT. A name alone stands for its text there, and
// for a column here.
std::string default_expression(std::string_view text) {
  sql::Lexer lexer(text, sql::Rules::sqlite);
  const sql::Token token = lexer.next_code();
  const bool is_name = token.kind == sql::TokenKind::quoted_identifier ||
                       (token.kind == sql::TokenKind::word && !is_value_word(token.text));
  if (is_name && lexer.next_code().kind == sql::TokenKind::end) return quote_literal(name_of(token));
  // It may end in a comment.
  return "(" + std::string(text) + "\n)";
}

// Whether a constraint of the table says what becomes of a row that breaks it: ON CONFLICT REPLACE deletes
// others for it. A clause of the statement goes before; but also before those of statements in triggers, so
// that it stands only where it is needed.
bool has_conflict_clause(sqlite3* db, const Table& table) {
  Prepared query(db, "SELECT sql FROM main.sqlite_schema WHERE type = 'table' AND name = ?1 COLLATE NOCASE");
  sqlite3_bind_text(query.handle(), 1, table.name.data(), static_cast<int>(table.name.size()), SQLITE_STATIC);
  if (!query.step()) return false;
  const std::string sql(query.text(0));
  sql::Lexer lexer(sql, sql::Rules::sqlite);
  bool on = false;
  for (sql::Token token = lexer.next_code(); token.kind != sql::TokenKind::end; token = lexer.next_code()) {
    if (on && token.is_word("conflict")) return true;
    on = token.is_word("on");
  }
  return false;
}

}  // namespace

RowWriter::RowWriter(sqlite3* db, const InsertRequest& request)
    : db_(db),
      table_(*request.table),
      columns_(request.columns),
      skip_conflicts_(request.skip_conflicts),
      one_shape_(!request.may_be_absent),
      or_abort_(has_conflict_clause(db, table_) ? " OR ABORT" : ""),
      shape_(columns_.size(), '.') {
  shape_ += static_cast<char>(RowAction::insert);
}

RowWriter::RowWriter(sqlite3* db, const WriteRequest& request)
    : db_(db),
      table_(*request.table),
      columns_(request.columns),
      key_columns_(request.key_columns),
      offset_(1),
      or_abort_(has_conflict_clause(db, table_) ? " OR ABORT" : ""),
      shape_(columns_.size() + 1, '.') {}

WriteCounts RowWriter::run(RowReader& rows) {
  RowBatch batch;
  std::uint64_t row = 0;
  WriteCounts counts;
  while (rows.next(batch)) {
    for (std::size_t i = 0; i < batch.rows(); ++i, ++row) {
      try {
        Pattern& pattern = pattern_of(batch.row(i));
        const std::uint64_t written = write_row(pattern, batch.row(i) + offset_);
        (pattern.action == RowAction::insert ? counts.inserted : counts.updated) += written;
      } catch (Error& error) {
        error.row = row;
        if (error.table_name.empty()) error.table_name = table_.name;
        throw;
      }
    }
  }
  return counts;
}

RowWriter::Pattern& RowWriter::pattern_of(const Cell* row) {
  if (one_shape_ && last_ != nullptr) return *last_;
  if (!one_shape_) {
    for (std::size_t i = 0; i < columns_.size(); ++i)
      shape_[i] = row[offset_ + i].tag == Tag::absent ? 'a' : '.';
    if (offset_ != 0) shape_.back() = static_cast<char>(row[0].integer);
    if (last_ != nullptr && shape_ == last_shape_) return *last_;
  }
  // Documents whose rows each leave out other keys must not pile up statements.
  constexpr std::size_t kMostPatterns = 64;
  auto found = patterns_.find(shape_);
  if (found == patterns_.end()) {
    if (patterns_.size() > kMostPatterns) patterns_.clear();
    last_ = nullptr;
    found = patterns_.emplace(shape_, make_pattern(static_cast<RowAction>(shape_.back()))).first;
  }
  last_ = &found->second;
  last_shape_ = shape_;
  return *last_;
}

RowWriter::Pattern RowWriter::make_pattern(RowAction action) const {
  Pattern pattern;
  pattern.action = action;
  const std::string sql = action == RowAction::insert ? insert_sql(pattern) : update_sql(pattern);
  if (!sql.empty()) pattern.statement = std::make_unique<Prepared>(db_, sql, SQLITE_PREPARE_PERSISTENT);
  return pattern;
}

std::string RowWriter::insert_sql(Pattern& pattern) const {
  std::string names, places;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (is_absent(i)) continue;
    if (!names.empty()) {
      names += ", ";
      places += ", ";
    }
    names += quote_identifier(column(i).name);
    places += "?";
    pattern.cells.push_back(i);
  }
  std::string sql = "INSERT" + or_abort_ + " INTO " + quote_name(table_.schema, table_.name);
  sql += names.empty() ? " DEFAULT VALUES" : " (" + names + ") VALUES (" + places + ")";
  // DEFAULT VALUES takes no such clause, nor does it need one: its key is a new one, or its row is an error.
  return skip_conflicts_ && !names.empty() ? sql + " ON CONFLICT DO NOTHING" : sql;
}

bool RowWriter::is_key(std::size_t i) const {
  return std::find(key_columns_.begin(), key_columns_.end(), columns_[i]) != key_columns_.end();
}

std::string RowWriter::default_of(const Column& column) const {
  Prepared query(db_, "SELECT dflt_value FROM pragma_table_xinfo(?1, 'main') WHERE name = ?2");
  sqlite3_bind_text(query.handle(), 1, table_.name.data(), static_cast<int>(table_.name.size()),
                    SQLITE_STATIC);
  sqlite3_bind_text(query.handle(), 2, column.name.data(), static_cast<int>(column.name.size()),
                    SQLITE_STATIC);
  if (!query.step() || query.is_null(0)) return "NULL";
  return default_expression(query.text(0));
}

// Empty when there is nothing to set.
std::string RowWriter::update_sql(Pattern& pattern) const {
  std::string set, where;
  std::vector<std::size_t> keys;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const std::string name = quote_identifier(column(i).name);
    if (is_key(i)) {
      where += (where.empty() ? "" : " AND ") + name + " = ?";
      keys.push_back(i);
      if (!writes_key(pattern.action)) continue;
    }
    if (is_absent(i) && keeps_absent(pattern.action)) continue;
    if (!set.empty()) set += ", ";
    set += name + " = " + (is_absent(i) ? default_of(column(i)) : "?");
    if (!is_absent(i)) pattern.cells.push_back(i);
  }
  pattern.cells.insert(pattern.cells.end(), keys.begin(), keys.end());
  if (set.empty()) return set;
  return "UPDATE" + or_abort_ + " " + quote_name(table_.schema, table_.name) + " SET " + set + " WHERE " +
         where;
}

std::uint64_t RowWriter::write_row(Pattern& pattern, const Cell* cells) {
  if (pattern.statement == nullptr) return 1;
  Prepared& statement = *pattern.statement;
  Binder binder(statement.handle(), scratch_);
  int parameter = 0;
  for (const std::size_t cell : pattern.cells) binder.bind(++parameter, cells[cell], column(cell).affinity);
  statement.step();
  scratch_.clear();
  // None when a trigger kept the row back: RAISE(IGNORE). What goes into a view is never counted.
  if (table_.view) return 1;
  return static_cast<std::uint64_t>(sqlite3_changes64(db_));
}

}  // namespace whimbrel::sqlite
