#include "common/complete/sqlite_real.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace whimbrel {

namespace {

char* put(char* at, std::string_view text) {
  std::memcpy(at, text.data(), text.size());
  return at + text.size();
}

// Below, the powers of ten that SQLite multiplies with are not exact any more (measured with 3.40).
constexpr double kSmallestByDigits = 1e-290;

// Whether digits and a power of ten that are both exact in a long double give the value: what SQLite computes
// up to 3.42; later versions are more exact.
bool reads_back(const char* begin, const char* end, double value) {
  constexpr int kExactPower = 22;
  std::uint64_t digits = 0;
  int count = 0, behind_point = 0, exponent = 0;
  bool point = false;
  const char* at = begin;
  for (; at != end && *at != 'e'; ++at) {
    if (*at == '.') point = true;
    if (*at < '0' || *at > '9') continue;
    if (++count > 15) return false;
    digits = digits * 10 + static_cast<std::uint64_t>(*at - '0');
    if (point) ++behind_point;
  }
  if (at != end) {
    if (*++at == '+') ++at;
    std::from_chars(at, end, exponent);
  }
  exponent -= behind_point;
  if (exponent > kExactPower || exponent < -kExactPower) return false;
  long double power = 1;
  for (int i = std::abs(exponent); i > 0; --i) power *= 10;
  const auto number = static_cast<long double>(digits);
  return static_cast<double>(exponent < 0 ? number / power : number * power) == std::fabs(value);
}

// As a whole number divided by powers of two: exact, whoever computes it.
char* put_quotient(char* at, double value) {
  constexpr int kMantissa = 53, kPower = 62;
  int exponent = 0;
  auto mantissa = static_cast<std::int64_t>(std::ldexp(std::frexp(value, &exponent), kMantissa));
  exponent -= kMantissa;
  for (; mantissa % 2 == 0; mantissa /= 2) ++exponent;
  at = std::to_chars(at, at + 24, mantissa).ptr;
  at = put(at, ".0");
  for (int left = -exponent; left > 0; left -= kPower) {
    *at++ = '/';
    at = std::to_chars(at, at + 24, std::int64_t{1} << std::min(left, kPower)).ptr;
  }
  return at;
}

}  // namespace

char* put_sqlite_real(char* at, double value) {
  if (std::isnan(value)) return put(at, "NULL");
  if (std::isinf(value)) return put(at, value > 0 ? "1e999" : "-1e999");
  if (value != 0 && std::fabs(value) < kSmallestByDigits) return put_quotient(at, value);
  char* const begin = at;
  at = std::to_chars(begin, begin + kMaxSqliteReal, value).ptr;
  // Eighteen digits lie so close to the double that an error of the last place does no harm, and SQLite reads
  // no more of them.
  if (!reads_back(begin, at, value))
    at = std::to_chars(begin, begin + kMaxSqliteReal, value, std::chars_format::scientific, 17).ptr;
  if (std::none_of(begin, at, [](char c) { return c == '.' || c == 'e'; })) at = put(at, ".0");
  return at;
}

}  // namespace whimbrel
