#include "sqlite_ext/statement.h"

#include <climits>
#include <new>
#include <utility>

#include "common/error.h"
#include "common/sql/lexer.h"
#include "sqlite_ext/fault.h"

namespace whimbrel::sqlite {

namespace {

bool only_blanks(std::string_view sql) {
  sql::Lexer lexer(sql, sql::Rules::sqlite);
  sql::Token token = lexer.next_code();
  while (token.is(';')) token = lexer.next_code();
  return token.kind == sql::TokenKind::end;
}

}  // namespace

Prepared::Prepared(sqlite3* db, std::string_view sql, unsigned flags) {
  if (sql.size() > INT_MAX) throw Error(code::kUnsupported, "a statement is too long for SQLite");
  sqlite3_stmt* handle = nullptr;
  const char* tail = nullptr;
  const int result = sqlite3_prepare_v3(db, sql.data(), static_cast<int>(sql.size()), flags, &handle, &tail);
  handle_.reset(handle);
  if (result != SQLITE_OK) {
    const int offset = error_offset(db);
    Error error = make_error(db, result);
    if (offset >= 0) error.position = character_position(sql, static_cast<std::size_t>(offset));
    throw error;
  }
  if (handle == nullptr) throw Error(code::kInternal, "an empty statement cannot be run");
  const std::size_t used = static_cast<std::size_t>(tail - sql.data());
  if (used < sql.size() && !only_blanks(sql.substr(used)))
    throw Error(code::kInternal, "more than one statement where one belongs");
}

bool Prepared::step() {
  const int result = sqlite3_step(handle_.get());
  if (result == SQLITE_ROW) return true;
  if (result != SQLITE_DONE) {
    Error error = make_error(database(), result);
    reset();
    throw error;
  }
  reset();
  return false;
}

std::int64_t Prepared::run() {
  std::int64_t rows = 0;
  while (step()) ++rows;
  return rows;
}

int Prepared::parameter(std::size_t number) {
  if (parameters_.size() < number) parameters_.resize(number, -1);
  int& place = parameters_[number - 1];
  if (place < 0) {
    const std::string name = "$" + std::to_string(number);
    place = sqlite3_bind_parameter_index(handle_.get(), name.c_str());
  }
  return place;
}

std::string_view Prepared::text(int column) {
  const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(handle_.get(), column));
  if (data == nullptr) {
    if (sqlite3_errcode(database()) == SQLITE_NOMEM) throw std::bad_alloc();
    return {};
  }
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), column))};
}

std::unique_ptr<Prepared> StatementCache::take(std::string_view sql) {
  const auto found = idle_.find(sql);
  if (found != idle_.end() && found->second != nullptr) return std::move(found->second);
  return std::make_unique<Prepared>(db_, sql);
}

void StatementCache::give_back(std::string_view sql, std::unique_ptr<Prepared> statement) {
  if (statement == nullptr) return;
  statement->reset();
  sqlite3_clear_bindings(statement->handle());
  try {
    const auto found = idle_.find(sql);
    if (found != idle_.end()) {
      found->second = std::move(statement);
      return;
    }
    if (idle_.size() >= kCapacity) idle_.clear();
    idle_.emplace(sql, std::move(statement));
  } catch (const std::bad_alloc&) {
    // Not kept, then: it is only a cache, and this runs in destructors.
  }
}

void run_sql(sqlite3* db, std::string_view sql) { Prepared(db, sql).run(); }

}  // namespace whimbrel::sqlite
