#include "common/text/interval.h"

#include <charconv>
#include <cstring>
#include <limits>

#include "common/text/digits.h"

namespace whimbrel {

namespace {

constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kMinute = 60 * kSecond;
constexpr std::int64_t kHour = 60 * kMinute;

char* put(char* at, std::string_view text) {
  std::memcpy(at, text.data(), text.size());
  return at + text.size();
}

// ".25" of microseconds below a second; nothing for none.
char* put_fraction(char* at, std::uint64_t microseconds) {
  if (microseconds == 0) return at;
  *at++ = '.';
  at = format_two(at, static_cast<unsigned>(microseconds / 10'000));
  at = format_two(at, static_cast<unsigned>(microseconds / 100 % 100));
  at = format_two(at, static_cast<unsigned>(microseconds % 100));
  while (at[-1] == '0') --at;
  return at;
}

char* put_part(char* at, std::int64_t value, char unit) {
  if (value == 0) return at;
  at = format_integer(at, value);
  *at++ = unit;
  return at;
}

std::uint64_t magnitude(std::int64_t value) {
  return value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
}

// Adds value * unit to the sum; false when it does not fit.
template <typename Sum>
bool add(Sum& sum, std::int64_t value, std::int64_t unit) {
  std::int64_t product = 0;
  return !__builtin_mul_overflow(value, unit, &product) && !__builtin_add_overflow(sum, product, &sum);
}

// One number with its unit: "-12M", "6.5S".
struct Part {
  std::int64_t whole = 0;
  std::int64_t fraction = 0;  // in microseconds, with the number's sign
  bool has_fraction = false;
  char unit = 0;
};

std::optional<Part> read_part(std::string_view& text) {
  Part part;
  const bool negative = text.starts_with('-');
  if (negative && (text.size() < 2 || text[1] < '0' || text[1] > '9')) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), part.whole);
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  if (text.starts_with('.')) {
    std::size_t digits = 1;
    std::int64_t unit = kSecond;
    for (; digits < text.size() && text[digits] >= '0' && text[digits] <= '9'; ++digits) {
      unit /= 10;
      if (unit == 0) return std::nullopt;
      part.fraction += (text[digits] - '0') * unit;
    }
    if (digits == 1) return std::nullopt;
    part.has_fraction = true;
    if (negative) part.fraction = -part.fraction;
    text.remove_prefix(digits);
  }
  if (text.empty()) return std::nullopt;
  part.unit = text.front();
  text.remove_prefix(1);
  return part;
}

}  // namespace

char* format_interval(char* at, const IntervalParts& interval) {
  if (interval == IntervalParts{}) return put(at, "PT0S");
  *at++ = 'P';
  at = put_part(at, interval.months / 12, 'Y');
  at = put_part(at, interval.months % 12, 'M');
  at = put_part(at, interval.days, 'D');
  if (interval.microseconds == 0) return at;
  *at++ = 'T';
  at = put_part(at, interval.microseconds / kHour, 'H');
  at = put_part(at, interval.microseconds % kHour / kMinute, 'M');
  const std::int64_t rest = interval.microseconds % kMinute;
  if (rest == 0) return at;
  if (rest < 0) *at++ = '-';
  at = format_unsigned(at, magnitude(rest) / kSecond);
  at = put_fraction(at, magnitude(rest) % kSecond);
  *at++ = 'S';
  return at;
}

char* format_verbose_interval(char* at, const IntervalParts& interval) {
  at = put(format_integer(at, interval.months), " mons ");
  at = put(format_integer(at, interval.days), " days ");
  if (interval.microseconds < 0) *at++ = '-';
  const std::uint64_t time = magnitude(interval.microseconds);
  at = format_unsigned(at, time / kHour);
  *at++ = ':';
  at = format_two(at, static_cast<unsigned>(time % kHour / kMinute));
  *at++ = ':';
  at = format_two(at, static_cast<unsigned>(time % kMinute / kSecond));
  return put_fraction(at, time % kSecond);
}

std::optional<IntervalParts> parse_interval(std::string_view text) {
  if (text.size() < 3 || text.front() != 'P') return std::nullopt;
  text.remove_prefix(1);
  IntervalParts interval;
  std::string_view units = "YMWD";
  bool time = false;
  while (!text.empty()) {
    if (text.front() == 'T' && !time) {
      time = true;
      units = "HMS";
      text.remove_prefix(1);
      if (text.empty()) return std::nullopt;
    }
    const auto part = read_part(text);
    if (!part) return std::nullopt;
    const std::size_t unit = units.find(part->unit);
    if (unit == std::string_view::npos || (part->has_fraction && part->unit != 'S')) return std::nullopt;
    units.remove_prefix(unit + 1);
    bool fits = false;
    if (time) {
      const std::int64_t size = part->unit == 'H' ? kHour : part->unit == 'M' ? kMinute : kSecond;
      fits = add(interval.microseconds, part->whole, size) && add(interval.microseconds, part->fraction, 1);
    } else if (part->unit == 'Y' || part->unit == 'M') {
      fits = add(interval.months, part->whole, part->unit == 'Y' ? 12 : 1);
    } else {
      fits = add(interval.days, part->whole, part->unit == 'W' ? 7 : 1);
    }
    if (!fits) return std::nullopt;
  }
  return interval;
}

}  // namespace whimbrel
