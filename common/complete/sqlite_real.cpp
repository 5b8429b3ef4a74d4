#include "common/complete/sqlite_real.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace whimbrel {

namespace {

char* append(char* at, std::string_view text) {
  std::memcpy(at, text.data(), text.size());
  return at + text.size();
}

// Below, the powers of ten that SQLite multiplies with are not exact any more (measured with 3.40); above,
// newer versions take the largest doubles for infinite (measured with 3.46).
constexpr double kSmallestByDigits = 1e-290;
constexpr double kLargestByDigits = 1e+307;

// Whether every version reads this text as the value. Up to 3.42 they divide by an exact power of ten, 3.43
// to 3.46 multiply by inexact tenths, up to eleven times, in a long double: together at most a ninetieth of
// the value's last place. So what the text says has to keep that distance from where rounding turns to the
// next double.
bool reads_back(const char* begin, const char* end, double value) {
  constexpr int kExactPower = 22;
  constexpr long double kFarthest = 0.5L - 1.0L / 64;  // of the last place
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
  const long double size = std::fabs(value);
  const long double distance = std::fabs((exponent < 0 ? number / power : number * power) - size);
  int exponent_of_two = 0;
  const bool at_power = std::frexp(size, &exponent_of_two) == 0.5L;  // where the double below is nearer
  const long double last_place = std::ldexp(1.0L, exponent_of_two - 53 - (at_power ? 1 : 0));
  return distance <= kFarthest * last_place;
}

// As a whole number times or divided by powers of two: exact, whoever computes it.
char* put_powers_of_two(char* at, double value) {
  constexpr int kMantissa = 53, kPower = 62;
  int exponent = 0;
  auto mantissa = static_cast<std::int64_t>(std::ldexp(std::frexp(value, &exponent), kMantissa));
  exponent -= kMantissa;
  for (; mantissa % 2 == 0; mantissa /= 2) ++exponent;
  at = std::to_chars(at, at + 24, mantissa).ptr;
  at = append(at, ".0");
  for (int left = std::abs(exponent); left > 0; left -= kPower) {
    *at++ = exponent < 0 ? '/' : '*';
    at = std::to_chars(at, at + 24, std::int64_t{1} << std::min(left, kPower)).ptr;
  }
  return at;
}

}  // namespace

char* put_sqlite_real(char* at, double value) {
  if (std::isnan(value)) return append(at, "NULL");
  if (std::isinf(value)) return append(at, value > 0 ? "1e999" : "-1e999");
  const double size = std::fabs(value);
  if (size > kLargestByDigits || (size != 0 && size < kSmallestByDigits)) return put_powers_of_two(at, value);
  char* const begin = at;
  at = std::to_chars(begin, begin + kMaxSqliteReal, value).ptr;
  // Eighteen digits lie so close to the double that an error of the last place does no harm, and SQLite reads
  // no more of them.
  if (!reads_back(begin, at, value))
    at = std::to_chars(begin, begin + kMaxSqliteReal, value, std::chars_format::scientific, 17).ptr;
  if (std::none_of(begin, at, [](char c) { return c == '.' || c == 'e'; })) at = append(at, ".0");
  return at;
}

}  // namespace whimbrel
