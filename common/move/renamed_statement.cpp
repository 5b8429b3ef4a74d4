#include "common/move/renamed_statement.h"

#include <vector>

#include "common/host.h"
#include "common/schema/sqlite/names.h"
#include "common/schema/sqlite/token_cursor.h"
#include "common/sql/lexer.h"

namespace whimbrel::move {

namespace {

using sql::Token;
using sql::TokenKind;

bool is_name(const Token& token) {
  return token.kind == TokenKind::word || token.kind == TokenKind::quoted_identifier;
}

// The new name, quoted; empty for a table that keeps its own.
std::string new_table(const Token& token, const Renames& renames) {
  for (const auto& [from, to] : renames.tables)
    if (sqlite::same_name(from, sqlite::unquoted(token.text))) return quote_identifier(to);
  return {};
}

// The new name of a column of a table that is there, quoted; empty for one that keeps its own.
std::string new_column(std::string_view table, const Token& token, const Renames& renames) {
  const std::string name = std::string(table) + "." + std::string(sqlite::unquoted(token.text));
  for (const auto& [from, to] : renames.columns)
    if (sqlite::same_name(from, name)) return quote_identifier(to);
  return {};
}

std::string free_name(const Token& token, std::set<std::string>& taken) {
  const std::string wanted(sqlite::unquoted(token.text));
  std::string name = wanted;
  for (unsigned i = 1; !taken.insert(sqlite::lower_name(name)).second; ++i)
    name = wanted + "_" + std::to_string(i);
  return name == wanted ? std::string() : quote_identifier(name);
}

}  // namespace

std::string renamed_statement(std::string_view sql, const Renames& renames, std::set<std::string>& taken) {
  const std::vector<Token> tokens = sql::code_tokens(sql, sql::Rules::sqlite);
  // CREATE [UNIQUE] TABLE | INDEX [IF NOT EXISTS] name
  std::size_t head = 1;
  while (head < tokens.size() && !tokens[head].is_word("table") && !tokens[head].is_word("index")) ++head;
  const bool index = head < tokens.size() && tokens[head].is_word("index");
  ++head;
  if (head < tokens.size() && tokens[head].is_word("if")) head += 3;

  std::string text;
  std::size_t copied = 0;
  std::string parent;  // whose columns stand here, behind REFERENCES
  for (std::size_t i = head; i < tokens.size(); ++i) {
    const Token& before = tokens[i - 1];
    if (tokens[i].is(')')) parent.clear();
    if (!is_name(tokens[i])) continue;
    std::string name;
    if (!parent.empty())
      name = new_column(parent, tokens[i], renames);
    else if (index && i == head)
      name = free_name(tokens[i], taken);
    else if (i == head || (index && i == head + 2) || before.is_word("references") ||
             (i + 1 < tokens.size() && tokens[i + 1].is('.')))
      name = new_table(tokens[i], renames);
    else if (before.is_word("constraint"))
      name = free_name(tokens[i], taken);
    if (before.is_word("references") && i + 1 < tokens.size() && tokens[i + 1].is('('))
      parent = sqlite::unquoted(tokens[i].text);
    if (name.empty()) continue;
    text.append(sql.substr(copied, tokens[i].offset - copied)).append(name);
    copied = tokens[i].end();
  }
  return text.append(sql.substr(copied));
}

}  // namespace whimbrel::move
