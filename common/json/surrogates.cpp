#include "common/json/surrogates.h"

#include <charconv>

namespace whimbrel::json {

namespace {

constexpr std::size_t kEscape = 6;  // \uXXXX

// The unit that is escaped at `at`, or 0 when no such escape stands there.
unsigned unit_at(std::string_view text, std::size_t at) {
  if (text.size() < at + kEscape || text[at] != '\\' || text[at + 1] != 'u') return 0;
  unsigned unit = 0;
  const char* const digits = text.data() + at + 2;
  const auto [end, error] = std::from_chars(digits, digits + 4, unit, 16);
  return error == std::errc() && end == digits + 4 ? unit : 0;
}

// The next lone surrogate's escape from `at` on, or with `nul` one of NUL; else npos.
std::size_t find_escape(std::string_view text, std::size_t at, bool nul) {
  for (at = text.find('\\', at); at < text.size(); at = text.find('\\', at)) {
    if (nul && text.substr(at, kEscape) == "\\u0000") return at;
    const unsigned unit = unit_at(text, at);
    if (unit < 0xd800 || unit > 0xdfff) {
      at += 2;  // what a backslash escapes is no backslash that escapes
      continue;
    }
    const unsigned next = unit_at(text, at + kEscape);
    if (unit >= 0xdc00 || next < 0xdc00 || next > 0xdfff) return at;
    at += 2 * kEscape;
  }
  return std::string_view::npos;
}

}  // namespace

bool has_lone_surrogate(std::string_view text) {
  return find_escape(text, 0, false) != std::string_view::npos;
}

std::string without_lone_surrogates(std::string_view text) {
  std::string result(text);
  for (std::size_t at = 0; (at = find_escape(result, at, false)) != std::string::npos; at += kEscape)
    result.replace(at, kEscape, "\\ufffd");
  return result;
}

std::size_t find_unfit_escape(std::string_view text) { return find_escape(text, 0, true); }

std::string without_unfit_escapes(std::string_view text, std::string_view instead) {
  std::string result;
  std::size_t from = 0;
  for (std::size_t at; (at = find_escape(text, from, true)) != std::string_view::npos; from = at + kEscape) {
    result += text.substr(from, at - from);
    result += instead;
  }
  result += text.substr(from);
  return result;
}

}  // namespace whimbrel::json
