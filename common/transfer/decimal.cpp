#include "common/transfer/decimal.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

namespace whimbrel {

namespace {

constexpr std::int64_t kExponentLimit = std::numeric_limits<std::int64_t>::max() / 32;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

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

template <typename Float>
char* encode_float(char* at, Float value, Float exact_below) {
  if (std::isnan(value)) return encode_word(at, "NaN");
  if (std::isinf(value)) return encode_word(at, value > 0 ? "Infinity" : "-Infinity");
  if (std::fabs(value) <= exact_below && value == std::trunc(value) && (value != 0 || !std::signbit(value))) {
    return encode_integer(at, static_cast<std::int64_t>(value));
  }
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
  if (count == 0) return negative && signed_zero ? encode_word(out, "-0") : encode_integer(out, 0);
  if (exponent >= 0 && count + exponent <= 19) {
    std::uint64_t value = 0;
    for (const char* d = digits; d != at; ++d) value = value * 10 + static_cast<std::uint64_t>(*d - '0');
    for (std::int64_t i = 0; i < exponent; ++i) value *= 10;
    constexpr auto kMax = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    if (value <= kMax + (negative ? 1 : 0)) {
      return encode_integer(out, static_cast<std::int64_t>(negative ? std::uint64_t{0} - value : value));
    }
  }
  if (exponent != 0) {
    *at++ = 'e';
    at = std::to_chars(at, at + 24, exponent).ptr;
  }
  *at++ = '\0';
  return at;
}

// Up to these bounds every integer is its own shortest text; beyond them a shortest text may be another
// integer.
char* encode_real(char* at, double value) { return encode_float(at, value, 9007199254740992.0); }
char* encode_real32(char* at, float value) { return encode_float(at, value, 16777216.0F); }

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
