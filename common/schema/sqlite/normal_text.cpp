#include "common/schema/sqlite/normal_text.h"

#include <algorithm>
#include <span>
#include <vector>

#include "common/host.h"
#include "common/schema/sqlite/names.h"
#include "common/schema/sqlite/token_cursor.h"
#include "common/sql/lexer.h"

namespace whimbrel::sqlite {

namespace {

using sql::Lexer;
using sql::Token;
using sql::TokenKind;

bool is_bare(std::string_view name, bool upper_case) {
  return !name.empty() && (name[0] < '0' || name[0] > '9') &&
         std::all_of(name.begin(), name.end(), [upper_case](char c) {
           return (c >= 'a' && c <= 'z') || (upper_case && c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '_' || static_cast<unsigned char>(c) >= 0x80;
         });
}

std::string normal_token(const Token& token) {
  switch (token.kind) {
    case TokenKind::word:
      return lower_name(token.text);
    case TokenKind::quoted_identifier: {
      const std::string name = lower_name(name_of(token));
      return is_bare(name, false) ? name : quote_identifier(name);
    }
    default:
      return std::string(token.text);
  }
}

// Whether the first one opens what the last one closes.
bool is_in_parentheses(std::span<const Token> tokens) {
  if (!tokens.front().is('(') || !tokens.back().is(')')) return false;
  int depth = 0;
  for (const Token& token : tokens.first(tokens.size() - 1)) {
    depth += token.is('(') ? 1 : token.is(')') ? -1 : 0;
    if (depth == 0) return false;
  }
  return true;
}

}  // namespace

std::string normal_text(std::string_view sql) {
  std::string text;
  Lexer lexer(sql, sql::Rules::sqlite);
  for (Token token = lexer.next_code(); token.kind != TokenKind::end; token = lexer.next_code()) {
    if (!text.empty() && !token.is(',') && !token.is(')') && !token.is('.') && !token.is(';') &&
        text.back() != '(' && text.back() != '.')
      text += ' ';
    text += normal_token(token);
  }
  return text;
}

std::string normal_expression(std::string_view sql) {
  const std::vector<Token> tokens = sql::code_tokens(sql, sql::Rules::sqlite);
  std::size_t begin = 0, end = tokens.size();
  while (end - begin > 2 && is_in_parentheses(std::span(tokens).subspan(begin, end - begin))) {
    ++begin;
    --end;
  }
  if (begin == 0) return normal_text(sql);
  return normal_text(sql.substr(tokens[begin].offset, tokens[end - 1].end() - tokens[begin].offset));
}

std::string shown_name(std::string_view name) {
  return is_bare(name, true) ? std::string(name) : quote_identifier(name);
}

std::string bare_identity(std::string_view identity) {
  Lexer lexer(identity, sql::Rules::sqlite);
  std::string name = name_of(lexer.next_code());
  while (lexer.next_code().is('.')) name = name_of(lexer.next_code());
  return name;
}

}  // namespace whimbrel::sqlite
