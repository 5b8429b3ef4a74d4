#include "common/migration/row_copy.h"

#include <algorithm>
#include <span>

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

constexpr std::string_view kQueries[] = {"select", "with", "values"};

bool is_any(const Token& token, std::span<const std::string_view> words) {
  return std::ranges::any_of(words, [&](std::string_view word) { return token.is_word(word); });
}

// The place behind those that open at `at`; `parts`: how many commas part them into, outside of others.
std::size_t end_of_parentheses(const std::vector<Token>& tokens, std::size_t at,
                               std::size_t* parts = nullptr) {
  int depth = 0;
  std::size_t found = 1;
  for (; at < tokens.size(); ++at) {
    depth += tokens[at].is('(') ? 1 : tokens[at].is(')') ? -1 : 0;
    if (depth == 0) break;
    if (depth == 1 && tokens[at].is(',')) ++found;
  }
  if (parts != nullptr) *parts = found;
  return std::min(at + 1, tokens.size());
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
    else if (is_any(token, kEnds))
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

RowCopy::RowCopy(std::string_view statement, sql::Rules rules)
    : text_(statement), tokens_(sql::code_tokens(statement, rules)) {
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

// Whether it makes one row of many: a function of the list does, unless it goes over a window.
bool RowCopy::gathers() const {
  constexpr std::string_view kAggregates[] = {"count",
                                              "sum",
                                              "total",
                                              "avg",
                                              "min",
                                              "max",
                                              "group_concat",
                                              "string_agg",
                                              "array_agg",
                                              "json_agg",
                                              "jsonb_agg",
                                              "json_object_agg",
                                              "jsonb_object_agg",
                                              "json_group_array",
                                              "json_group_object",
                                              "bool_and",
                                              "bool_or",
                                              "every",
                                              "bit_and",
                                              "bit_or"};
  std::vector<bool> queries;  // of the parentheses around it: whether a query stands in one of them
  for (std::size_t i = 0; i + 1 < list_.size(); ++i) {
    if (list_[i].is('('))
      queries.push_back(is_any(list_[i + 1], kQueries) || (!queries.empty() && queries.back()));
    else if (list_[i].is(')') && !queries.empty())
      queries.pop_back();
    if ((!queries.empty() && queries.back()) || !list_[i + 1].is('(') || !is_any(list_[i], kAggregates))
      continue;
    std::size_t arguments = 0;
    std::size_t end = end_of_parentheses(list_, i + 1, &arguments);
    // Of several values SQLite takes the least or the greatest of a row.
    const bool of_a_row = arguments > 1 && (list_[i].is_word("min") || list_[i].is_word("max"));
    if (end < list_.size() && list_[end].is_word("filter")) end = end_of_parentheses(list_, end + 1);
    if (!of_a_row && (end >= list_.size() || !list_[end].is_word("over"))) return true;
  }
  return false;
}

// FROM table LEFT JOIN …: each of its rows comes, whatever stands there.
bool RowCopy::joins_only_to(std::string_view table) const {
  std::size_t at = 1;
  if (at < source_.size() && source_[at].is_word("only")) ++at;
  while (at + 2 < source_.size() && source_[at + 1].is('.')) at += 2;
  const bool leads = at < source_.size() && is_name(source_[at]) && plain_name(source_[at]) == table;
  for (std::size_t i = 1; i < source_.size(); ++i) {
    if (!source_[i].is_word("join")) continue;
    const std::size_t before = source_[i - 1].is_word("outer") && i > 1 ? i - 2 : i - 1;
    if (!leads || !source_[before].is_word("left")) return false;
  }
  return true;
}

std::optional<RowCopy::Piece> RowCopy::piece() const {
  constexpr std::string_view kEnds[] = {"order", "returning", "on"};
  constexpr std::string_view kOthers[] = {"limit",  "offset", "fetch",       "join",  "group",
                                          "having", "except", "intersect",   "union", "conflict",
                                          "window", "select", "tablesample", "with"};
  constexpr std::string_view kBeforeParentheses[] = {"and",   "or", "not",  "in",
                                                     "where", "is", "like", "between"};
  if (fewer_ || source_.size() < 2 || gathers() || joins_by_comma(source_)) return std::nullopt;
  if (!list_.empty() && list_.front().is_word("distinct")) return std::nullopt;
  std::size_t where = 0, end = source_.size();
  for (std::size_t i = 1; i < source_.size(); ++i) {
    if (is_any(source_[i], kOthers)) return std::nullopt;
    if (source_[i].is('(') && is_name(source_[i - 1]) && !is_any(source_[i - 1], kBeforeParentheses))
      return std::nullopt;
    if (source_[i].is_word("where") && where == 0) where = i;
    if (where != 0 && end == source_.size() && (is_any(source_[i], kEnds) || source_[i].is(';'))) end = i;
  }
  if (where == 0 || where + 1 >= end) return std::nullopt;
  const auto between = [this](std::size_t first, std::size_t last) {
    return text_.substr(source_[first].offset, source_[last].end() - source_[first].offset);
  };
  return Piece{between(1, where - 1), between(where + 1, end - 1)};
}

bool RowCopy::takes_all_rows(std::string_view table) const {
  constexpr std::string_view kFewer[] = {"where",    "limit",    "offset",     "fetch",
                                         "group",    "having",   "except",     "intersect",
                                         "distinct", "conflict", "tablesample"};
  if (fewer_ || source_.empty() || (!list_.empty() && list_.front().is_word("distinct"))) return false;
  if (gathers() || joins_by_comma(source_) || !joins_only_to(table)) return false;
  for (std::size_t i = 0; i < source_.size(); ++i) {
    if (is_any(source_[i], kFewer)) return false;
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
