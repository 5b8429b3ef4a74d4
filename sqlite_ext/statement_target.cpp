#include "sqlite_ext/statement_target.h"

#include <cstddef>

#include "common/schema/sqlite/names.h"
#include "common/schema/sqlite/token_cursor.h"
#include "common/sql/lexer.h"

namespace whimbrel::sqlite {

namespace {

using sql::Lexer;
using sql::Token;
using sql::TokenKind;

// The name that begins with `token`, without its schema; nothing when the schema is not main.
std::optional<std::string> read_name(Lexer& lexer, Token token, Token& behind) {
  std::string name = lower_name(name_of(token));
  behind = lexer.next_code();
  if (!behind.is('.')) return name;
  if (name != "main") return std::nullopt;
  name = lower_name(name_of(lexer.next_code()));
  behind = lexer.next_code();
  return name;
}

// Behind ALTER TABLE.
std::optional<StatementTarget> read_rename(Lexer& lexer) {
  Token behind;
  std::optional<std::string> name = read_name(lexer, lexer.next_code(), behind);
  if (!name || !behind.is_word("rename") || !lexer.next_code().is_word("to")) return std::nullopt;
  return StatementTarget{
      .verb = StatementTarget::Verb::rename_table, .table = *name, .new_name = name_of(lexer.next_code())};
}

// The verb of a statement that begins with WITH: the first one outside of parentheses.
Token skip_with(Lexer& lexer) {
  std::size_t depth = 0;
  for (Token token = lexer.next_code(); token.kind != TokenKind::end; token = lexer.next_code()) {
    if (token.is('(')) ++depth;
    if (token.is(')') && depth > 0) --depth;
    if (depth == 0 && (token.is_word("delete") || token.is_word("insert") || token.is_word("replace") ||
                       token.is_word("update") || token.is_word("select")))
      return token;
  }
  return {};
}

}  // namespace

std::optional<StatementTarget> target_of(std::string_view statement) {
  Lexer lexer(statement, sql::Rules::sqlite);
  Token token = lexer.next_code();
  if (token.is_word("with")) token = skip_with(lexer);
  if (token.is_word("alter")) return lexer.next_code().is_word("table") ? read_rename(lexer) : std::nullopt;
  StatementTarget target;
  if (token.is_word("drop")) {
    if (!lexer.next_code().is_word("table")) return std::nullopt;
    token = lexer.next_code();
    if (token.is_word("if")) {
      lexer.next_code();
      token = lexer.next_code();
    }
  } else {
    target.verb = StatementTarget::Verb::remove_rows;
    const bool deletes = token.is_word("delete");
    if (token.is_word("insert") &&
        (!lexer.next_code().is_word("or") || !lexer.next_code().is_word("replace")))
      return std::nullopt;
    if (!deletes && !token.is_word("insert") && !token.is_word("replace")) return std::nullopt;
    if (!lexer.next_code().is_word(deletes ? "from" : "into")) return std::nullopt;
    target.all_rows = deletes;
    token = lexer.next_code();
  }
  Token behind;
  std::optional<std::string> name = read_name(lexer, token, behind);
  if (!name) return std::nullopt;
  target.table = std::move(*name);
  target.all_rows = target.all_rows && behind.kind == TokenKind::end;
  return target;
}

}  // namespace whimbrel::sqlite
