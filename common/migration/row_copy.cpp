#include "common/migration/row_copy.h"

#include <algorithm>

#include "common/text/ascii.h"

namespace whimbrel {

namespace {

using sql::Token;
using sql::TokenKind;

std::string lower(std::string_view text) {
  std::string result;
  for (const char c : text) result += to_lower(c);
  return result;
}

bool is_name(const Token& token) {
  return token.kind == TokenKind::word || token.kind == TokenKind::quoted_identifier;
}

bool is_star(const Token& before, const Token& token) {
  return token.text == "*" &&
         (before.is(',') || before.is('.') || before.is_word("select") || before.is_word("all"));
}

// FROM a, b: a row of a comes as often as b has rows, maybe never.
bool joins_by_comma(const std::vector<Token>& source) {
  constexpr std::string_view kEnds[] = {"where", "group", "having", "window", "order", "union", "limit"};
  int depth = 0;
  bool in_from = false;
  for (const Token& token : source) {
    depth += token.is('(') ? 1 : token.is(')') ? -1 : 0;
    if (depth != 0) continue;
    if (in_from && token.is(',')) return true;
    if (token.is_word("from"))
      in_from = true;
    else if (std::ranges::any_of(kEnds, [&](std::string_view word) { return token.is_word(word); }))
      in_from = false;
  }
  return false;
}

}  // namespace

std::string plain_name(const sql::Token& token) {
  std::string_view text = token.text;
  if (token.kind == sql::TokenKind::word) return lower(text);
  if (text.size() < 2) return {};
  std::string name;
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    name += to_lower(text[i]);
    if (text[i] == text.back() && text[i + 1] == text.back()) ++i;
  }
  return name;
}

std::string plain_table_name(std::string_view identity) {
  std::string name;
  bool quoted = false;
  for (const char c : identity) {
    if (c == '"') {
      quoted = !quoted;
    } else if (c == '.' && !quoted) {
      name.clear();
    } else {
      name += to_lower(c);
    }
  }
  return name;
}

RowCopy::RowCopy(std::string_view statement, sql::Rules rules) : tokens_(sql::code_tokens(statement, rules)) {
  if (tokens_.empty()) return;
  const std::size_t query = begin_of_query();
  // INSERT OR IGNORE, INSERT OR REPLACE, REPLACE
  fewer_ = tokens_.front().is_word("replace");
  for (std::size_t i = 1; i < query; ++i)
    if (tokens_[i - 1].is_word("or")) fewer_ = tokens_[i].is_word("ignore") || tokens_[i].is_word("replace");
  read_list(query);
}

std::size_t RowCopy::begin_of_query() const {
  std::size_t at = 0;
  if (tokens_.front().is_word("create"))
    while (at < tokens_.size() && !tokens_[at].is_word("as")) ++at;
  const auto begins = [](const Token& token) {
    return token.is_word("select") || token.is_word("table") || token.is_word("with");
  };
  return static_cast<std::size_t>(
      std::find_if(tokens_.begin() + static_cast<std::ptrdiff_t>(at), tokens_.end(), begins) -
      tokens_.begin());
}

void RowCopy::read_list(std::size_t at) {
  if (at == tokens_.size()) return;
  const auto rest = [&] { return tokens_.begin() + static_cast<std::ptrdiff_t>(at); };
  if (tokens_[at].is_word("with")) {  // which of its queries goes into which is for the engine to know
    list_.assign(rest(), tokens_.end());
    for (std::size_t i = at + 1; i < tokens_.size(); ++i)
      star_ = star_ || is_star(tokens_[i - 1], tokens_[i]);
  } else if (tokens_[at].is_word("table")) {
    star_ = true;
  } else {
    int depth = 0;
    for (++at; at < tokens_.size() && !(depth == 0 && tokens_[at].is_word("from")); ++at) {
      if (tokens_[at].is('(')) ++depth;
      if (tokens_[at].is(')')) --depth;
      star_ = star_ || (depth == 0 && is_star(tokens_[at - 1], tokens_[at]));
      list_.push_back(tokens_[at]);
    }
  }
  source_.assign(rest(), tokens_.end());
}

bool RowCopy::reads(std::string_view table) const {
  return std::ranges::any_of(source_, [table](const Token& token) {
    return (is_name(token) || token.kind == TokenKind::string) && plain_name(token) == table;
  });
}

bool RowCopy::takes_all_rows() const {
  constexpr std::string_view kFewer[] = {"where",     "limit",    "offset",   "fetch",
                                         "join",      "group",    "having",   "except",
                                         "intersect", "distinct", "conflict", "tablesample"};
  if (fewer_ || source_.empty() || (!list_.empty() && list_.front().is_word("distinct"))) return false;
  if (joins_by_comma(source_)) return false;
  for (std::size_t i = 0; i < source_.size(); ++i) {
    if (std::ranges::any_of(kFewer, [&](std::string_view word) { return source_[i].is_word(word); }))
      return false;
    const bool is_last = i + 1 == source_.size();
    if (source_[i].is_word("union") && (is_last || !source_[i + 1].is_word("all"))) return false;
    if (source_[i].is_word("no") && !is_last && source_[i + 1].is_word("data")) return false;
  }
  return true;
}

bool RowCopy::takes(std::string_view column) const {
  if (star_) return true;
  const std::string wanted = lower(column);
  return std::ranges::any_of(
      list_, [&wanted](const Token& token) { return is_name(token) && plain_name(token) == wanted; });
}

}  // namespace whimbrel
