#include "common/migration/forms/end_delimiter.h"

#include <algorithm>

#include "common/text/ascii.h"

namespace whimbrel {

namespace {

// Means something in a regular expression, unless it stands alone: then it is compared as it is.
constexpr std::string_view kMeta = "\\^$.|?*+()[]{}";

bool take_front(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

bool take_back(std::string_view& text, std::string_view suffix) {
  if (!text.ends_with(suffix)) return false;
  text.remove_suffix(suffix.size());
  return true;
}

bool is_sign(char c) { return c > ' ' && c < 0x7f && !is_letter(c) && !is_digit(c) && c != '_'; }

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

}  // namespace

std::optional<EndDelimiter> EndDelimiter::read(std::string_view expression) {
  EndDelimiter delimiter;
  if (expression == "\\n") return delimiter;
  if (expression.size() > 1) {
    delimiter.begins_line_ = take_front(expression, "\\r?\\n") || take_front(expression, "\\n") ||
                             (expression[0] == '^' && take_front(expression, "^"));
    if (!take_back(expression, "\\s*$") && !take_back(expression, "\\n") && expression.size() > 1)
      take_back(expression, "$");
  }
  const bool alone = expression.size() == 1;
  for (std::size_t i = 0; i < expression.size(); ++i) {
    const bool escaped = expression[i] == '\\' && i + 1 < expression.size() && is_sign(expression[i + 1]);
    if (escaped) ++i;
    const char c = expression[i];
    if (!escaped && !alone && kMeta.find(c) != std::string_view::npos) return std::nullopt;
    delimiter.literal_ += to_lower(c);
  }
  const std::string& literal = delimiter.literal_;
  delimiter.word_ = !literal.empty() && std::ranges::all_of(literal, is_letter);
  if (literal.empty() || !(delimiter.word_ || std::ranges::all_of(literal, is_sign)) ||
      literal.find_first_of("$'\"`-\\") != std::string::npos)
    return std::nullopt;
  if (literal == "/") delimiter.begins_line_ = true;
  if (literal == ";") delimiter.literal_.clear();
  return delimiter;
}

bool EndDelimiter::stands_at(std::string_view text, std::size_t offset) const {
  if (text.size() - offset < literal_.size()) return false;
  for (std::size_t i = 0; i < literal_.size(); ++i)
    if (to_lower(text[offset + i]) != literal_[i]) return false;
  std::size_t begin = offset, end = offset + literal_.size();
  if (word_) {
    while (begin > 0 && is_blank(text[begin - 1])) --begin;
    while (end < text.size() && is_blank(text[end])) ++end;
    if (end < text.size() && text[end] != '\n') return false;
  }
  return !(word_ || begins_line_) || begin == 0 || text[begin - 1] == '\n';
}

std::string EndDelimiter::replaced(std::string_view text, sql::Rules rules) const {
  std::string result(text);
  if (literal_.empty()) return result;
  sql::Lexer lexer(text, rules);
  std::size_t behind = 0;  // the last one
  for (sql::Token token = lexer.next(); token.kind != sql::TokenKind::end; token = lexer.next()) {
    const bool sign = token.kind == sql::TokenKind::op || token.kind == sql::TokenKind::punctuation ||
                      token.kind == sql::TokenKind::parameter;
    if (!(word_ ? token.kind == sql::TokenKind::word : sign)) continue;
    for (std::size_t at = std::max(token.offset, behind); at < token.end();) {
      if (!stands_at(text, at)) {
        ++at;
        continue;
      }
      result.replace(at, literal_.size(), literal_.size(), ' ');
      result[at] = ';';
      at = behind = at + literal_.size();
    }
  }
  return result;
}

}  // namespace whimbrel
