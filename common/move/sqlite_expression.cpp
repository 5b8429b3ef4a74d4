#include "common/move/sqlite_expression.h"

#include <algorithm>

#include "common/host.h"
#include "common/schema/kind.h"
#include "common/schema/sqlite/token_cursor.h"
#include "common/sql/lexer.h"

namespace whimbrel::move {

using sql::Token;
using sql::TokenKind;

namespace {

// Behind a cast at `at` (::name, ::name(1,2), ::two words, ::schema.name[]), or `at`.
std::size_t behind_cast(const std::vector<Token>& tokens, std::size_t at) {
  if (at >= tokens.size() || tokens[at].text != "::") return at;
  for (++at; at < tokens.size() && (tokens[at].kind == TokenKind::word ||
                                    tokens[at].kind == TokenKind::quoted_identifier || tokens[at].is('.'));) {
    const bool keyword = tokens[at].is_word("and") || tokens[at].is_word("or") || tokens[at].is_word("is") ||
                         tokens[at].is_word("in") || tokens[at].is_word("not");
    if (keyword) return at;
    ++at;
  }
  if (at < tokens.size() && tokens[at].is('('))
    while (at < tokens.size() && !tokens[at++].is(')')) {
    }
  while (at + 1 < tokens.size() && tokens[at].is('[') && tokens[at + 1].is(']')) at += 2;
  return at;
}

bool is_empty_call(const std::vector<Token>& tokens, std::size_t at) {
  return at + 2 < tokens.size() && tokens[at + 1].is('(') && tokens[at + 2].is(')');
}

// CURRENT_DATE, now(), LOCALTIMESTAMP(0), as SQLite calls it; `at` goes behind it. Empty: it is none of them.
std::string now_at(const std::vector<Token>& tokens, std::size_t& at) {
  const Token& word = tokens[at];
  std::string value;
  if (word.is_word("current_date"))
    value = "CURRENT_DATE";
  else if (word.is_word("current_timestamp") || word.is_word("localtimestamp") ||
           (word.is_word("now") && is_empty_call(tokens, at)))
    value = "CURRENT_TIMESTAMP";
  else
    return {};
  at += word.is_word("now") ? 3 : 1;
  const bool digits = at + 2 < tokens.size() && tokens[at].is('(') &&
                      tokens[at + 1].kind == TokenKind::number && tokens[at + 2].is(')');
  if (digits) at += 3;
  return value;
}

// A column inside of an expression, which compares values of SQLite; nothing where these compare otherwise
// than those of PostgreSQL. `at`: its token.
std::optional<std::string> operand_of(const Column& column, const std::vector<Token>& tokens,
                                      std::size_t at) {
  std::size_t next = at + 1;
  while (next < tokens.size() && tokens[next].is(')')) ++next;
  const auto word = [&](std::size_t ahead, std::string_view lower) {
    return next + ahead < tokens.size() && tokens[next + ahead].is_word(lower);
  };
  const std::string name = quote_identifier(column.name);
  if (word(0, "is") && (word(1, "null") || (word(1, "not") && word(2, "null")))) return name;
  switch (column.kind) {
    case Kind::numeric: {  // stored as text
      const bool as_text = next < tokens.size() &&
                           (tokens[next].text == "||" || (tokens[next].text == "::" && !word(1, "numeric")));
      if (as_text || (at > 0 && tokens[at - 1].text == "||")) return std::nullopt;
      return "CAST(" + name + " AS NUMERIC)";
    }
    case Kind::json:
    case Kind::jsonb:
    case Kind::array:
    case Kind::composite:
      return std::nullopt;
    case Kind::other:
      if (column.labels.empty()) return std::nullopt;
      return name;
    default:
      return name;
  }
}

// What a literal of the type is in a column of SQLite; empty: something else than it says.
std::string literal_of(const std::string& literal, const Column& column) {
  switch (column.kind) {
    case Kind::array:
      return literal == "'{}'" ? "'[]'" : "";
    case Kind::bytes:
      if (!literal.starts_with("'\\x")) return "";
      return "X'" + literal.substr(3);
    case Kind::composite:
      return "";
    default:
      return literal;
  }
}

}  // namespace

std::optional<std::string> sqlite_expression(std::string_view text, const Table& table, const Column* value) {
  constexpr std::string_view kWords[] = {"and",  "or",   "not",  "is",  "null", "in",    "between",  "case",
                                         "when", "then", "else", "end", "true", "false", "distinct", "from"};
  constexpr std::string_view kFunctions[] = {"length",   "lower",  "upper",  "abs",
                                             "coalesce", "nullif", "replace"};
  constexpr std::string_view kOperators[] = {"=", "<>", "<", "<=", ">", ">=", "+", "-", "*", "||"};
  const std::vector<Token> tokens = sql::code_tokens(text, sql::Rules::postgresql);
  // A column by itself is what it is.
  const auto named = [&](const Column& column, std::size_t at) {
    return tokens.size() == 1 ? std::optional(quote_identifier(column.name)) : operand_of(column, tokens, at);
  };
  std::string out;
  for (std::size_t i = 0; i < tokens.size();) {
    const Token& token = tokens[i];
    std::string piece(token.text);
    if (token.text == "::") {
      i = behind_cast(tokens, i);
      continue;
    }
    // = ANY (ARRAY[…]) is how the server prints IN.
    if (token.text == "=" && i + 4 < tokens.size() && tokens[i + 1].is_word("any") && tokens[i + 2].is('(')) {
      std::size_t at = i + 3;
      int open = 1;
      if (tokens[at].is('(')) ++at, ++open;
      if (!tokens[at].is_word("array") || !tokens[at + 1].is('[')) return std::nullopt;
      out += " IN (";
      for (at += 2; at < tokens.size() && !tokens[at].is(']');) {
        if (tokens[at].text == "::") {
          at = behind_cast(tokens, at);
          continue;
        }
        if (tokens[at].kind != TokenKind::string && tokens[at].kind != TokenKind::number &&
            !tokens[at].is(',') && !tokens[at].is('(') && !tokens[at].is(')'))
          return std::nullopt;
        out += tokens[at++].text;
      }
      out += ")";
      for (++at; at < tokens.size() && open > 0;) {
        if (tokens[at].text == "::")
          at = behind_cast(tokens, at);
        else if (tokens[at++].is(')'))
          --open;
        else
          return std::nullopt;
      }
      i = at;
      continue;
    }
    const bool call = i + 1 < tokens.size() && tokens[i + 1].is('(');
    if (token.kind == TokenKind::word) {
      const bool known =
          std::ranges::any_of(kWords, [&](std::string_view word) { return token.is_word(word); }) ||
          (call &&
           std::ranges::any_of(kFunctions, [&](std::string_view word) { return token.is_word(word); }));
      if (!known) {
        const std::size_t column = table.find_column(token.text);
        const bool is_value = value != nullptr && token.is_word("value");
        if (!is_value && column == Table::npos) return std::nullopt;
        const auto operand = named(is_value ? *value : table.columns[column], i);
        if (!operand) return std::nullopt;
        piece = *operand;
      }
    } else if (token.kind == TokenKind::quoted_identifier) {
      const std::size_t column = table.find_column(sqlite::name_of(token));
      if (call || column == Table::npos) return std::nullopt;
      const auto operand = named(table.columns[column], i);
      if (!operand) return std::nullopt;
      piece = *operand;
    } else if (token.kind == TokenKind::string) {
      if (token.text[0] != '\'') return std::nullopt;
    } else if (token.kind == TokenKind::op) {
      if (std::ranges::find(kOperators, token.text) == std::end(kOperators)) return std::nullopt;
    } else if (token.kind != TokenKind::number && !token.is('(') && !token.is(')') && !token.is(',')) {
      return std::nullopt;
    }
    if (!out.empty() && out.back() != '(' && !token.is(')') && !token.is(',') && !token.is('(')) out += ' ';
    out += piece;
    ++i;
  }
  return out;
}

std::string sqlite_default(std::string_view text, const Column& column) {
  const std::vector<Token> tokens = sql::code_tokens(text, sql::Rules::postgresql);
  if (tokens.empty()) return {};
  std::size_t at = 0;
  std::string sign;
  const bool bracket = tokens[0].is('(') && tokens.back().is(')');
  if (bracket) ++at;
  if (tokens[at].text == "-" && at + 1 < tokens.size()) sign = "-", ++at;
  const Token& first = tokens[at];
  std::string value = now_at(tokens, at);
  if (value.empty()) {
    if (first.kind == TokenKind::number)
      value = sign + std::string(first.text);
    else if (first.kind == TokenKind::string && first.text[0] == '\'')
      value = literal_of(std::string(first.text), column);
    else if (first.is_word("true") || first.is_word("false"))
      value = first.is_word("true") ? "1" : "0";
    else if (first.is_word("null"))
      value = "NULL";
    if (value.empty()) return {};
    ++at;
  }
  if (bracket && at < tokens.size() && tokens[at].is(')')) ++at;
  at = behind_cast(tokens, at);
  return at == tokens.size() ? value : std::string();
}

// Older servers print nextval(('b'::text)::regclass).
std::string sequence_of_default(std::string_view text) {
  const std::vector<Token> tokens = sql::code_tokens(text, sql::Rules::postgresql);
  if (tokens.size() < 4 || !tokens[0].is_word("nextval") || !tokens[1].is('(')) return {};
  std::size_t at = 2;
  if (tokens[at].is('(')) ++at;
  if (tokens[at].kind != TokenKind::string || tokens[at].text[0] != '\'') return {};
  std::string name;
  const std::string_view literal = tokens[at].text;
  for (std::size_t i = 1; i + 1 < literal.size(); ++i) {
    name += literal[i];
    if (literal[i] == '\'') ++i;
  }
  for (++at; at < tokens.size(); ++at)
    if (!tokens[at].is(')') && behind_cast(tokens, at) == at)
      return {};
    else if (!tokens[at].is(')'))
      at = behind_cast(tokens, at) - 1;
  return name;
}

}  // namespace whimbrel::move
