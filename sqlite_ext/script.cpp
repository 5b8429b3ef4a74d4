#include "sqlite_ext/script.h"

#include <utility>

#include "common/schema/sqlite/names.h"
#include "common/schema/sqlite/token_cursor.h"
#include "common/sql/lexer.h"

namespace whimbrel::sqlite {

namespace {

using sql::Lexer;
using sql::Rules;
using sql::Token;
using sql::TokenKind;

// Finds the semicolon that ends a statement: the first one, but in CREATE TRIGGER the one after "; END".
class StatementEnd {
 public:
  void add(const Token& token) {
    switch (state_) {
      case State::start:
        if (token.is_word("create"))
          state_ = State::create;
        else if (!is_explain(token))
          state_ = State::plain;
        break;
      case State::create:
        if (token.is_word("trigger"))
          state_ = State::body;
        else if (!token.is_word("temp") && !token.is_word("temporary"))
          state_ = State::plain;
        break;
      case State::body:
      case State::after_semicolon:
      case State::after_end:
        follow_body(token);
        break;
      case State::plain:
        break;
    }
  }
  // Whether a semicolon here ends the statement.
  bool here() const { return state_ != State::body && state_ != State::after_semicolon; }

 private:
  enum class State { start, create, plain, body, after_semicolon, after_end };

  static bool is_explain(const Token& token) {
    return token.is_word("explain") || token.is_word("query") || token.is_word("plan");
  }
  void follow_body(const Token& token) {
    if (token.is(';'))
      state_ = State::after_semicolon;
    else if (state_ == State::after_semicolon && token.is_word("end"))
      state_ = State::after_end;
    else
      state_ = State::body;
  }

  State state_ = State::start;
};

Statement::Control control_of(std::string_view statement) {
  Lexer lexer(statement, Rules::sqlite);
  Token token = lexer.next_code();
  if (token.is_word("begin")) return Statement::Control::begin;
  if (token.is_word("commit") || token.is_word("end")) return Statement::Control::commit;
  if (token.is_word("savepoint") || token.is_word("release")) return Statement::Control::savepoint;
  if (!token.is_word("rollback")) return Statement::Control::none;
  for (token = lexer.next_code(); token.kind != TokenKind::end; token = lexer.next_code())
    if (token.is_word("to")) return Statement::Control::savepoint;
  return Statement::Control::rollback;
}

}  // namespace

std::vector<Statement> split_script(std::string_view script) {
  std::vector<Statement> statements;
  Lexer lexer(script, Rules::sqlite);
  StatementEnd end;
  bool open = false;
  const auto close = [&] {
    Statement& statement = statements.back();
    statement.control = control_of(script.substr(statement.offset, statement.length));
    open = false;
    end = StatementEnd();
  };
  for (Token token = lexer.next_code(); token.kind != TokenKind::end; token = lexer.next_code()) {
    if (token.is(';') && (!open || end.here())) {
      if (open) {
        // SQLite keeps the text of an index up to the semicolon, blanks and comments included.
        Statement& statement = statements.back();
        if (first_word(script.substr(statement.offset, statement.length)) == "create")
          statement.length = token.offset - statement.offset;
        close();
      }
      continue;
    }
    if (!open) {
      statements.emplace_back().offset = token.offset;
      open = true;
    }
    end.add(token);
    statements.back().length = token.end() - statements.back().offset;
  }
  if (open) close();
  return statements;
}

std::string first_word(std::string_view statement) {
  Lexer lexer(statement, Rules::sqlite);
  Token token = lexer.next_code();
  while (token.is_word("explain") || token.is_word("query") || token.is_word("plan"))
    token = lexer.next_code();
  return token.kind == TokenKind::word ? lower_name(token.text) : std::string();
}

Pragma parse_pragma(std::string_view statement) {
  Lexer lexer(statement, Rules::sqlite);
  Token token = lexer.next_code();
  while (token.kind != TokenKind::end && !token.is_word("pragma")) token = lexer.next_code();
  Pragma pragma;
  pragma.name = lower_name(name_of(lexer.next_code()));
  token = lexer.next_code();
  if (token.is('.')) {
    pragma.schema = std::move(pragma.name);
    pragma.name = lower_name(name_of(lexer.next_code()));
    token = lexer.next_code();
  }
  if (token.kind == TokenKind::end || token.is(';')) return pragma;
  std::string argument;
  for (token = lexer.next_code(); token.kind != TokenKind::end && !token.is(';') && !token.is(')');
       token = lexer.next_code()) {
    argument += lower_name(name_of(token));
  }
  pragma.argument = std::move(argument);
  return pragma;
}

}  // namespace whimbrel::sqlite
