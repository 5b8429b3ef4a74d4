#include "common/text/interval_words.h"

#include <array>
#include <charconv>
#include <cstdint>

#include "common/text/ascii.h"

namespace whimbrel {

namespace {

constexpr std::int64_t kSecondUnit = 1'000'000;
// So that no sum is too large, of hours neither.
constexpr std::size_t kMostDigits = 9;
constexpr std::size_t kMostParts = 8;
constexpr std::int64_t kMostOfPart = 200'000'000;

struct Unit {
  std::array<std::string_view, 6> names;
  std::int64_t months, days, microseconds;
};

constexpr Unit kUnits[] = {
    {{"y", "yr", "yrs", "year", "years"}, 12, 0, 0},
    {{"mon", "mons", "month", "months"}, 1, 0, 0},
    {{"w", "week", "weeks"}, 0, 7, 0},
    {{"d", "day", "days"}, 0, 1, 0},
    {{"h", "hr", "hrs", "hour", "hours"}, 0, 0, 3600 * kSecondUnit},
    {{"m", "min", "mins", "minute", "minutes"}, 0, 0, 60 * kSecondUnit},
    {{"s", "sec", "secs", "second", "seconds"}, 0, 0, kSecondUnit},
};

const Unit* find_unit(std::string_view name) {
  for (const Unit& unit : kUnits)
    for (const std::string_view known : unit.names)
      if (!known.empty() && equals_lower(name, known)) return &unit;
  return nullptr;
}

std::string_view take(std::string_view& text, bool (*is_part)(char)) {
  std::size_t size = 0;
  while (size < text.size() && is_part(text[size])) ++size;
  const std::string_view taken = text.substr(0, size);
  text.remove_prefix(size);
  return taken;
}

void skip_blanks(std::string_view& text) {
  take(text, [](char c) { return c == ' '; });
}

bool take_number(std::string_view& text, std::int64_t& number) {
  const std::string_view digits = take(text, is_digit);
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return !digits.empty() && digits.size() <= kMostDigits;
}

// ".25" as microseconds; 0 where there is none.
bool take_fraction(std::string_view& text, std::int64_t& microseconds) {
  microseconds = 0;
  if (!text.starts_with('.')) return true;
  text.remove_prefix(1);
  const std::string_view digits = take(text, is_digit);
  if (digits.empty() || digits.size() > 6) return false;
  std::int64_t unit = kSecondUnit;
  for (const char digit : digits) microseconds += (digit - '0') * (unit /= 10);
  return true;
}

// What follows "04" of "04:05:06.789".
bool take_clock(std::string_view& text, std::int64_t hours, std::int64_t& microseconds) {
  std::int64_t minutes = 0, seconds = 0, fraction = 0;
  text.remove_prefix(1);
  if (!take_number(text, minutes) || minutes > 59) return false;
  if (text.starts_with(':')) {
    text.remove_prefix(1);
    if (!take_number(text, seconds) || seconds > 59 || !take_fraction(text, fraction)) return false;
  }
  microseconds = ((hours * 60 + minutes) * 60 + seconds) * kSecondUnit + fraction;
  return true;
}

}  // namespace

std::optional<IntervalParts> parse_interval_words(std::string_view text) {
  IntervalParts interval;
  text = trimmed(text);
  if (text.starts_with('@')) text.remove_prefix(1);
  std::size_t parts = 0;
  for (skip_blanks(text); !text.empty(); skip_blanks(text), ++parts) {
    if (parts > 0 && equals_lower(text, "ago"))
      return IntervalParts{-interval.months, -interval.days, -interval.microseconds};
    const std::int64_t sign = text.starts_with('-') ? -1 : 1;
    if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
    std::int64_t number = 0, fraction = 0;
    if (!take_number(text, number) || number > kMostOfPart || parts >= kMostParts) return std::nullopt;
    if (text.starts_with(':')) {
      if (!take_clock(text, number, fraction)) return std::nullopt;
      interval.microseconds += sign * fraction;
      continue;
    }
    const bool has_fraction = text.starts_with('.');
    if (!take_fraction(text, fraction)) return std::nullopt;
    skip_blanks(text);
    const Unit* const unit = find_unit(take(text, is_letter));
    if (unit == nullptr || (has_fraction && unit->microseconds != kSecondUnit)) return std::nullopt;
    if (unit->months * number > kMostOfPart || unit->days * number > kMostOfPart) return std::nullopt;
    interval.months += static_cast<std::int32_t>(sign * number * unit->months);
    interval.days += static_cast<std::int32_t>(sign * number * unit->days);
    interval.microseconds += sign * (number * unit->microseconds + fraction);
  }
  return parts == 0 ? std::nullopt : std::optional(interval);
}

}  // namespace whimbrel
