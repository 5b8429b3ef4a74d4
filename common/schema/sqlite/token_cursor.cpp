#include "common/schema/sqlite/token_cursor.h"

#include "common/error.h"

namespace whimbrel::sqlite {

using sql::Token;
using sql::TokenKind;

bool is_name(const Token& token) {
  return token.kind == TokenKind::word || token.kind == TokenKind::quoted_identifier ||
         (token.kind == TokenKind::string && token.text.front() == '\'');
}

std::string unquoted(std::string_view text) {
  if (text.empty() || std::string_view("'\"[`").find(text.front()) == std::string_view::npos)
    return std::string(text);
  const char quote = text.front() == '[' ? ']' : text.front();
  std::string inside;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == quote && (i + 1 == text.size() || text[++i] != quote)) break;
    inside += text[i];
  }
  return inside;
}

std::string name_of(const Token& token) { return unquoted(token.text); }

TokenCursor::TokenCursor(std::string_view sql, Whole whole) : text_(sql) {
  sql::Lexer lexer(sql, sql::Rules::sqlite);
  bool trigger = whole == Whole::yes;
  for (Token token = lexer.next_code();; token = lexer.next_code()) {
    // CREATE [TEMP] TRIGGER: its semicolons are its own.
    if (tokens_.size() < 3) trigger = trigger || token.is_word("trigger");
    if (token.kind == TokenKind::end || (token.is(';') && !trigger)) break;
    tokens_.push_back(token);
  }
  Token end;
  end.offset = tokens_.empty() ? sql.size() : tokens_.back().end();
  tokens_.push_back(end);
}

const Token& TokenCursor::peek(std::size_t ahead) const {
  return at_ + ahead < tokens_.size() ? tokens_[at_ + ahead] : tokens_.back();
}

const Token& TokenCursor::take() {
  const Token& token = peek();
  if (at_ + 1 < tokens_.size()) ++at_;
  return token;
}

bool TokenCursor::word(std::string_view lower) {
  if (!at_word(lower)) return false;
  take();
  return true;
}

bool TokenCursor::words(std::string_view first, std::string_view second) {
  if (!at_word(first) || !at_word(second, 1)) return false;
  take();
  take();
  return true;
}

bool TokenCursor::mark(char c) {
  if (!peek().is(c)) return false;
  take();
  return true;
}

void TokenCursor::expect_word(std::string_view lower) {
  if (!word(lower)) fail(lower);
}

void TokenCursor::expect_mark(char c) {
  if (!mark(c)) fail(std::string_view(&c, 1));
}

std::string TokenCursor::expect_name() {
  if (!is_name(peek())) fail("a name");
  return name_of(take());
}

Range TokenCursor::group() {
  expect_mark('(');
  const std::size_t begin = begin_here();
  for (int depth = 1; depth > 0;) {
    if (at_end()) fail(")");
    if (peek().is('(')) ++depth;
    if (peek().is(')')) --depth;
    if (depth > 0) take();
  }
  const Range inside = since(begin);
  take();
  return inside;
}

Range TokenCursor::item() {
  const std::size_t begin = begin_here();
  while (!at_end() && !peek().is(',') && !peek().is(')')) {
    if (peek().is('('))
      group();
    else
      take();
  }
  return since(begin);
}

void TokenCursor::fail(std::string_view wanted) const {
  const sql::TextPosition position = sql::position_at(text_, peek().offset);
  throw Error(code::kInvalidArgument,
              at_end() ? "the CREATE statement ends where \"" + std::string(wanted) + "\" belongs"
                       : "\"" + std::string(peek().text) + "\" in a CREATE statement where \"" +
                             std::string(wanted) + "\" belongs",
              "Line " + std::to_string(position.line) + ", column " + std::to_string(position.column) +
                  " of a text that should be a CREATE statement of SQLite.");
}

}  // namespace whimbrel::sqlite
