#include "sqlite_ext/decimal.h"

#include <charconv>
#include <cstdint>
#include <optional>

namespace whimbrel::sqlite {

namespace {

// A number as 0.DIGITS times ten to the exponent, where the digits begin and end with one that is not zero.
// They are the characters of `text`, its point among them.
struct Decimal {
  bool negative = false;
  std::string_view digits;
  std::int64_t exponent = 0;
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::optional<Decimal> parse(std::string_view text) {
  Decimal decimal;
  if (text.starts_with('-')) {
    decimal.negative = true;
    text.remove_prefix(1);
  }
  if (const std::size_t mark = text.find_first_of("eE"); mark != std::string_view::npos) {
    std::string_view exponent = text.substr(mark + 1);
    if (exponent.starts_with('+')) exponent.remove_prefix(1);
    const char* end = exponent.data() + exponent.size();
    std::int32_t value = 0;
    const auto parsed = std::from_chars(exponent.data(), end, value);
    if (parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
    decimal.exponent = value;
    text = text.substr(0, mark);
  }
  std::int64_t point = static_cast<std::int64_t>(text.find('.'));
  if (point < 0) point = static_cast<std::int64_t>(text.size());
  for (std::size_t i = 0; i < text.size(); ++i)
    if (!is_digit(text[i]) && static_cast<std::int64_t>(i) != point) return std::nullopt;
  const std::size_t first = text.find_first_not_of("0.");
  if (first == std::string_view::npos) {
    if (text.empty()) return std::nullopt;
    decimal.exponent = 0;
    return decimal;
  }
  const std::size_t last = text.find_last_not_of("0.");
  const auto begin = static_cast<std::int64_t>(first);
  decimal.exponent += begin < point ? point - begin : point - begin + 1;
  decimal.digits = text.substr(first, last - first + 1);
  return decimal;
}

}  // namespace

bool same_decimal(std::string_view left, std::string_view right) {
  const auto a = parse(left), b = parse(right);
  if (!a || !b || a->negative != b->negative || a->exponent != b->exponent) return false;
  std::size_t i = 0, j = 0;
  for (;;) {
    if (i < a->digits.size() && a->digits[i] == '.') ++i;
    if (j < b->digits.size() && b->digits[j] == '.') ++j;
    if (i == a->digits.size() || j == b->digits.size()) break;
    if (a->digits[i++] != b->digits[j++]) return false;
  }
  return i == a->digits.size() && j == b->digits.size();
}

}  // namespace whimbrel::sqlite
