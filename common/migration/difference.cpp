#include "common/migration/difference.h"

#include <algorithm>

namespace whimbrel {

namespace {

std::string_view line_around(std::string_view text, std::size_t offset) {
  if (offset >= text.size()) return {};
  const std::size_t before = offset == 0 ? std::string_view::npos : text.rfind('\n', offset - 1);
  const std::size_t start = before == std::string_view::npos ? 0 : before + 1;
  std::string_view line = text.substr(start, text.find('\n', offset) - start);
  const std::size_t first = line.find_first_not_of(" \t");
  line.remove_prefix(std::min(first, line.size()));
  while (!line.empty() && (line.back() == '\r' || line.back() == ' ' || line.back() == '\t'))
    line.remove_suffix(1);
  return line;
}

bool same(std::string_view a, std::string_view b) {
  std::size_t i = 0, j = 0;
  while (true) {  // CRLF and LF are the same
    if (i < a.size() && a[i] == '\r' && i + 1 < a.size() && a[i + 1] == '\n') ++i;
    if (j < b.size() && b[j] == '\r' && j + 1 < b.size() && b[j + 1] == '\n') ++j;
    if (i == a.size() || j == b.size()) return i == a.size() && j == b.size();
    if (a[i++] != b[j++]) return false;
  }
}

// Of two tokens that differ, how many bytes are the same: a long body is blamed for the line that changed.
std::size_t common_prefix(std::string_view a, std::string_view b) {
  const auto [end, other] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  return static_cast<std::size_t>(end - a.begin());
}

}  // namespace

std::string describe_difference(std::string_view now, std::size_t offset, std::size_t length,
                                std::string_view before, sql::Rules rules) {
  const std::string_view part = now.substr(offset, length);
  sql::Lexer left(part, rules);
  sql::Lexer right(before, rules);
  while (true) {
    const sql::Token mine = left.next_code();
    const sql::Token theirs = right.next_code();
    if (mine.kind == sql::TokenKind::end && theirs.kind == sql::TokenKind::end) return {};
    if (mine.kind == theirs.kind && same(mine.text, theirs.text)) continue;
    const std::size_t common = common_prefix(mine.text, theirs.text);
    const std::size_t at = offset + mine.offset + common;
    const std::string line = "Line " + std::to_string(sql::position_at(now, at).line);
    const std::string_view old_line = line_around(before, theirs.offset + common);
    const std::string was = "; when it was applied, it was \"" + std::string(old_line) + "\".";
    if (mine.kind == sql::TokenKind::end)
      return line + " ends it; when it was applied, \"" + std::string(old_line) + "\" followed.";
    const std::string is = line + " is now \"" + std::string(line_around(now, at)) + "\"";
    return theirs.kind == sql::TokenKind::end ? is + "; when it was applied, it ended before that."
                                              : is + was;
  }
}

}  // namespace whimbrel
