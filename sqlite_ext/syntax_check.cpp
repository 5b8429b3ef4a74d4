#include "sqlite_ext/syntax_check.h"

#include <algorithm>
#include <array>
#include <climits>
#include <new>

#include "common/error.h"
#include "common/schema/sqlite/names.h"
#include "common/schema/sqlite/token_cursor.h"
#include "common/sql/lexer.h"
#include "sqlite_ext/fault.h"
#include "sqlite_ext/script.h"

namespace whimbrel::sqlite {

namespace {

using sql::Token;
using sql::TokenKind;

constexpr std::size_t kLongestWithShape = 2000;  // longer statements are hardly repeated
constexpr std::size_t kMostShapes = 1000;

bool is_syntax_message(std::string_view message) {
  return (message.starts_with("near \"") && message.ends_with("\": syntax error")) ||
         message.starts_with("unrecognized token: ") || message == "incomplete input";
}

// What is looked for when the whole statement has been parsed.
bool is_missed_at_the_end(std::string_view message) {
  constexpr std::array<std::string_view, 5> kMessages = {
      "no such table: ", "no such column: ", "no such index: ", "no such view: ", "no such trigger: "};
  return std::ranges::any_of(kMessages, [&](std::string_view one) { return message.starts_with(one); });
}

// Where CREATE TRIGGER and ALTER TABLE ADD name something that is not there, the parser does not look at the
// rest. This creates it; empty for other statements.
std::string placeholder_for(std::string_view text) {
  sql::Lexer lexer(text, sql::Rules::sqlite);
  Token token = lexer.next_code();
  const bool alters = token.is_word("alter");
  if (!alters && !token.is_word("create")) return {};
  token = lexer.next_code();
  bool instead = false;
  if (alters) {
    if (!token.is_word("table")) return {};
  } else {
    if (token.is_word("temp") || token.is_word("temporary")) token = lexer.next_code();
    if (!token.is_word("trigger")) return {};
    for (; !token.is_word("on"); token = lexer.next_code()) {
      if (token.kind == TokenKind::end) return {};
      instead = instead || token.is_word("instead");
    }
  }
  Token name = lexer.next_code();
  if (lexer.next_code().is('.')) name = lexer.next_code();
  const std::string quoted = quote_identifier(name_of(name));
  return instead ? "CREATE VIEW " + quoted + " AS SELECT 1" : "CREATE TABLE " + quoted + " (a)";
}

bool is_plain_integer(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// What the grammar sees of a statement: of two that have the same shape both are right or none is. Names,
// strings and whole numbers lose their text; keywords and all else keep it, and so does where blanks are,
// since 1x is no token. Empty for texts that have none: one that holds the marks used here, say.
std::string shape_of(std::string_view text) {
  std::string shape;
  sql::Lexer lexer(text, sql::Rules::sqlite);
  bool blank = false;
  for (Token token = lexer.next(); token.kind != TokenKind::end; token = lexer.next()) {
    if (token.blank()) {
      if (!token.closed) return {};
      blank = true;
      continue;
    }
    if (blank) shape += ' ';
    blank = false;
    const bool quoted = token.closed && token.text.size() >= 2;
    const bool keyword = token.kind == TokenKind::word &&
                         sqlite3_keyword_check(token.text.data(), static_cast<int>(token.text.size())) != 0;
    if (token.kind == TokenKind::word && !keyword) {
      shape += '\x01';
    } else if (quoted && (token.kind == TokenKind::quoted_identifier ||
                          (token.kind == TokenKind::string && token.text[0] == '\''))) {
      shape += '\x02';
      shape += token.text[0];
    } else if (token.kind == TokenKind::number && is_plain_integer(token.text)) {
      shape += '\x03';
    } else {
      if (std::ranges::any_of(token.text, [](char c) { return c >= '\x01' && c <= '\x03'; })) return {};
      shape += token.text;
    }
  }
  return shape;
}

}  // namespace

void SyntaxCheck::check(std::string_view script, const std::vector<Statement>& statements) {
  for (const Statement& statement : statements) {
    const std::string_view text = script.substr(statement.offset, statement.length);
    // Some pragmas take effect while they are prepared.
    if (text.size() > INT_MAX || first_word(text) == "pragma") continue;
    std::string shape = text.size() <= kLongestWithShape ? shape_of(text) : std::string();
    if (!shape.empty() && right_.contains(shape)) continue;
    if (db_ == nullptr) open();
    const std::string placeholder = placeholder_for(text);
    const bool parsed =
        placeholder.empty() ? parse(script, statement) : parse_with(placeholder, script, statement);
    if (parsed && !shape.empty() && right_.size() < kMostShapes) right_.insert(std::move(shape));
  }
}

void SyntaxCheck::open() {
  constexpr int kFlags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY | SQLITE_OPEN_NOMUTEX;
  sqlite3* db = nullptr;
  const int result = sqlite3_open_v2(":memory:", &db, kFlags, nullptr);
  db_.reset(db);
  if (result != SQLITE_OK) throw std::bad_alloc();
}

bool SyntaxCheck::parse(std::string_view script, const Statement& statement) {
  const std::string_view text = script.substr(statement.offset, statement.length);
  sqlite3* const db = db_.get();
  sqlite3_stmt* handle = nullptr;
  const int result = sqlite3_prepare_v3(db, text.data(), static_cast<int>(text.size()), 0, &handle, nullptr);
  sqlite3_finalize(handle);
  if (result == SQLITE_OK) return true;
  const int offset = error_offset(db);
  Error error = make_error(db, result);
  if (!is_syntax_message(error.message)) return is_missed_at_the_end(error.message);
  const std::size_t within = offset < 0 ? 0 : static_cast<std::size_t>(offset);
  error.position = character_position(script, statement.offset + within);
  throw error;
}

bool SyntaxCheck::parse_with(const std::string& placeholder, std::string_view script,
                             const Statement& statement) {
  sqlite3* const db = db_.get();
  const auto run = [db](const char* sql) {
    return sqlite3_exec(db, sql, nullptr, nullptr, nullptr) == SQLITE_OK;
  };
  const bool there = run("BEGIN") && run(placeholder.c_str());
  try {
    const bool parsed = parse(script, statement);
    run("ROLLBACK");
    return parsed && there;
  } catch (...) {
    run("ROLLBACK");
    throw;
  }
}

}  // namespace whimbrel::sqlite
