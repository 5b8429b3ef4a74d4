#include "common/transfer/decimal.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "common/text/ascii.h"

namespace whimbrel {

namespace {

constexpr std::int64_t kExponentLimit = std::numeric_limits<std::int64_t>::max() / 32;

bool is_word(std::string_view text) { return text == "NaN" || text == "Infinity" || text == "-Infinity"; }

char* encode_word(char* at, std::string_view word) {
  *at++ = 'd';
  std::memcpy(at, word.data(), word.size());
  at += word.size();
  *at++ = '\0';
  return at;
}

// The exponent behind e or E; what no engine could hold is cut off rather than wrapped around.
std::int64_t read_exponent(std::string_view text) {
  bool negative = false;
  if (!text.empty() && (text[0] == '+' || text[0] == '-')) {
    negative = text[0] == '-';
    text.remove_prefix(1);
  }
  std::int64_t value = 0;
  for (char c : text) {
    value = value * 10 + (c - '0');
    if (value >= kExponentLimit) {
      value = kExponentLimit;
      break;
    }
  }
  return negative ? -value : value;
}

char* encode_double(char* at, double value) {
  *at = 'f';
  std::memcpy(at + 1, &value, sizeof value);
  return at + 1 + sizeof value;
}

// A decimal number without sign: digits without leading and trailing zeros, times ten to the exponent.
struct Digits {
  const char* digits;
  std::int64_t count;
  std::int64_t exponent;
};

// Decimals of so many digits are the shortest text of the double nearest to them, unless they are very small
// or large.
constexpr std::int64_t kExactDigits = 15;
constexpr std::int64_t kLongestShortest = 17;
constexpr std::int64_t kSafeMagnitude = 290;
// The powers of ten that are doubles.
constexpr std::int64_t kExactPower = 22;
constexpr double kPowers[kExactPower + 1] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                             1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                             1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

// Whether the shortest text of `value` (positive) is this decimal.
bool is_shortest(const Digits& decimal, double value) {
  char text[32];
  const char* const end = std::to_chars(text, text + sizeof text, value, std::chars_format::scientific).ptr;
  const char* const mark =
      static_cast<const char*>(std::memchr(text, 'e', static_cast<std::size_t>(end - text)));
  // d.ddde+XX: the digits are those of the text without the point.
  const std::int64_t count = mark - text > 1 ? mark - text - 1 : 1;
  if (count != decimal.count || text[0] != decimal.digits[0]) return false;
  if (count > 1 && std::memcmp(text + 2, decimal.digits + 1, static_cast<std::size_t>(count - 1)) != 0)
    return false;
  return read_exponent({mark + 1, static_cast<std::size_t>(end - mark - 1)}) == decimal.exponent + count - 1;
}

// The double of which the decimal is the shortest text, or 0.
double shortest_double(const Digits& decimal) {
  if (decimal.count > kLongestShortest) return 0;
  const std::int64_t magnitude = decimal.exponent + decimal.count;
  if (magnitude < -400 || magnitude > 400) return 0;
  if (decimal.count <= kExactDigits && decimal.exponent >= -kExactPower && decimal.exponent <= kExactPower) {
    // Both numbers are doubles, so one operation rounds once (Clinger, How to read floating point numbers
    // accurately, 1990).
    std::int64_t digits = 0;
    for (std::int64_t i = 0; i < decimal.count; ++i) digits = digits * 10 + (decimal.digits[i] - '0');
    const auto value = static_cast<double>(digits);
    return decimal.exponent < 0 ? value / kPowers[-decimal.exponent] : value * kPowers[decimal.exponent];
  }
  char text[48];
  std::memcpy(text, decimal.digits, static_cast<std::size_t>(decimal.count));
  char* end = text + decimal.count;
  *end++ = 'e';
  end = std::to_chars(end, text + sizeof text, decimal.exponent).ptr;
  double value = 0;
  if (std::from_chars(text, end, value).ec != std::errc()) return 0;
  if (decimal.count <= kExactDigits && magnitude > -kSafeMagnitude && magnitude < kSafeMagnitude)
    return value;
  return is_shortest(decimal, value) ? value : 0;
}

template <typename Float>
char* encode_printed(char* at, Float value) {
  char text[64];
  const auto end = std::to_chars(text, text + sizeof text, value, std::chars_format::scientific).ptr;
  return encode_number(at, {text, static_cast<std::size_t>(end - text)}, true);
}

}  // namespace

char* encode_number(char* at, std::string_view text, bool signed_zero) {
  if (!text.empty() && !is_digit(text.back())) return encode_word(at, text);
  const bool negative = !text.empty() && text[0] == '-';
  const char* p = text.data() + (negative ? 1 : 0);
  const char* const end = text.data() + text.size();

  char* const out = at;
  *at++ = 'd';
  if (negative) *at++ = '-';
  char* const digits = at;
  std::int64_t exponent = 0;
  while (p != end && *p == '0') ++p;
  while (p != end && is_digit(*p)) *at++ = *p++;
  if (p != end && *p == '.') {
    ++p;
    const char* const fraction = p;
    if (at == digits) {
      while (p != end && *p == '0') ++p;
    }
    while (p != end && is_digit(*p)) *at++ = *p++;
    exponent = -(p - fraction);
  }
  if (p != end) exponent += read_exponent({p + 1, static_cast<std::size_t>(end - p - 1)});
  while (at != digits && at[-1] == '0') {
    --at;
    ++exponent;
  }
  const std::int64_t count = at - digits;
  if (count == 0) return negative && signed_zero ? encode_double(out, -0.0) : encode_integer(out, 0);
  if (exponent >= 0 && count + exponent <= 19) {
    std::uint64_t value = 0;
    for (const char* d = digits; d != at; ++d) value = value * 10 + static_cast<std::uint64_t>(*d - '0');
    for (std::int64_t i = 0; i < exponent; ++i) value *= 10;
    constexpr auto kMax = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    if (value <= kMax + (negative ? 1 : 0)) {
      return encode_integer(out, static_cast<std::int64_t>(negative ? std::uint64_t{0} - value : value));
    }
  }
  if (const double value = shortest_double({digits, count, exponent}); value != 0) {
    return encode_double(out, negative ? -value : value);
  }
  if (exponent != 0) {
    *at++ = 'e';
    at = std::to_chars(at, at + 24, exponent).ptr;
  }
  *at++ = '\0';
  return at;
}

std::string number_encoding(std::string_view number) {
  std::string bytes(encoded_number_size(number.size()), '\0');
  bytes.resize(static_cast<std::size_t>(encode_number(bytes.data(), number, true) - bytes.data()));
  return bytes;
}

char* encode_real(char* at, double value) {
  if (std::isnan(value)) return encode_word(at, "NaN");
  if (std::isinf(value)) return encode_word(at, value > 0 ? "Infinity" : "-Infinity");
  const double magnitude = std::fabs(value);
  // Up to 2^53 every integer is its own shortest text; beyond, the shortest text may be another integer.
  if (magnitude <= 9007199254740992.0) {
    const auto whole = static_cast<std::int64_t>(value);
    const bool is_whole = static_cast<double>(whole) == value && (whole != 0 || !std::signbit(value));
    return is_whole ? encode_integer(at, whole) : encode_double(at, value);
  }
  return magnitude < 1e19 ? encode_printed(at, value) : encode_double(at, value);
}

char* encode_real32(char* at, float value) {
  if (std::isnan(value) || std::isinf(value)) return encode_real(at, value);
  // Integers up to 2^24 and negative zero are the same in both widths; the shortest text of another one is
  // not.
  if (std::fabs(value) <= 16777216.0F && value == std::trunc(value)) return encode_real(at, value);
  return encode_printed(at, value);
}

bool is_number_text(std::string_view text) {
  if (is_word(text)) return true;
  std::size_t i = 0;
  const auto digits = [&] {
    const std::size_t from = i;
    while (i < text.size() && is_digit(text[i])) ++i;
    return i > from;
  };
  if (i < text.size() && text[i] == '-') ++i;
  if (i + 1 < text.size() && text[i] == '0' && is_digit(text[i + 1])) return false;
  if (!digits()) return false;
  if (i < text.size() && text[i] == '.') {
    ++i;
    if (!digits()) return false;
  }
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    if (i < text.size() && (text[i] == '+' || text[i] == '-')) ++i;
    if (!digits()) return false;
  }
  return i == text.size();
}

}  // namespace whimbrel
