#include "sqlite_ext/table_text.h"

#include <algorithm>

#include "common/host.h"
#include "common/sql/lexer.h"
#include "common/schema/sqlite/names.h"

namespace whimbrel::sqlite {

namespace {

using sql::Lexer;
using sql::Rules;
using sql::Token;
using sql::TokenKind;

std::vector<Token> tokens_of(std::string_view text) {
  std::vector<Token> tokens;
  Lexer lexer(text, Rules::sqlite);
  for (Token token = lexer.next_code(); token.kind != TokenKind::end; token = lexer.next_code())
    tokens.push_back(token);
  return tokens;
}

bool is_bare(std::string_view name) {
  return !name.empty() && (name[0] < '0' || name[0] > '9') &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
                  static_cast<unsigned char>(c) >= 0x80;
         });
}

std::string normal_token(const Token& token) {
  switch (token.kind) {
    case TokenKind::word:
      return lower_name(token.text);
    case TokenKind::quoted_identifier: {
      const std::string name = lower_name(sql::bare_name(token));
      return is_bare(name) ? name : quote_identifier(name);
    }
    default:
      return std::string(token.text);
  }
}

std::string join(const Token* begin, const Token* end) {
  std::string text;
  for (const Token* token = begin; token != end; ++token) {
    if (!text.empty() && !token->is(',') && !token->is(')') && !token->is('.') && !token->is(';') &&
        text.back() != '(' && text.back() != '.')
      text += ' ';
    text += normal_token(*token);
  }
  return text;
}

bool opens_constraint(const Token& token) {
  return token.is_word("constraint") || token.is_word("primary") || token.is_word("unique") ||
         token.is_word("check") || token.is_word("foreign");
}

TableItem read_item(const Token* begin, const Token* end) {
  TableItem item;
  item.constraint = opens_constraint(*begin);
  if (item.constraint && !begin->is_word("constraint")) {
    item.definition = join(begin, end);
    return item;
  }
  const Token* name = item.constraint && end - begin > 1 ? begin + 1 : begin;
  item.name = sql::bare_name(*name);
  item.definition = join(name + 1, end);
  return item;
}

// Behind CREATE [UNIQUE | VIRTUAL] [TEMP] TABLE|INDEX|… [IF NOT EXISTS] [schema.]name
const Token* behind_name(const std::vector<Token>& tokens) {
  const Token* at = tokens.data();
  const Token* end = at + tokens.size();
  while (at != end && !at->is_word("table") && !at->is_word("index") && !at->is_word("view") &&
         !at->is_word("trigger"))
    ++at;
  if (at != end) ++at;
  if (end - at > 3 && at->is_word("if") && at[1].is_word("not") && at[2].is_word("exists")) at += 3;
  if (at != end) ++at;
  if (end - at > 1 && at->is('.')) at += 2;
  return at;
}

}  // namespace

std::string shown_name(std::string_view name) {
  const bool plain =
      !name.empty() && (name[0] < '0' || name[0] > '9') && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
               static_cast<unsigned char>(c) >= 0x80;
      });
  return plain ? std::string(name) : quote_identifier(name);
}

std::string bare_identity(std::string_view identity) {
  Lexer lexer(identity, Rules::sqlite);
  std::string name(sql::bare_name(lexer.next_code()));
  for (std::size_t at = name.find("\"\""); at != std::string::npos; at = name.find("\"\"", at + 1))
    name.erase(at, 1);
  return name;
}

std::string normal_text(std::string_view sql) {
  const std::vector<Token> tokens = tokens_of(sql);
  return join(tokens.data(), tokens.data() + tokens.size());
}

TableText read_table_text(std::string_view sql) {
  const std::vector<Token> tokens = tokens_of(sql);
  const Token* at = behind_name(tokens);
  const Token* end = tokens.data() + tokens.size();
  TableText table;
  if (at == end || !at->is('(')) {
    table.rest = join(at, end);
    return table;
  }
  const Token* begin = ++at;
  for (int depth = 1; at != end; ++at) {
    depth += at->is('(') ? 1 : at->is(')') ? -1 : 0;
    if (depth > 1 || (depth == 1 && !at->is(','))) continue;
    if (at != begin) table.items.push_back(read_item(begin, at));
    begin = at + 1;
    if (depth == 0) break;
  }
  if (at != end) table.rest = join(at + 1, end);
  return table;
}

std::string text_behind_name(std::string_view sql) {
  const std::vector<Token> tokens = tokens_of(sql);
  const Token* at = behind_name(tokens);
  const bool unique = tokens.size() > 1 && tokens[1].is_word("unique");
  return (unique ? "unique " : "") + join(at, tokens.data() + tokens.size());
}

}  // namespace whimbrel::sqlite
