// See datetime.h. Days to dates and back after Howard Hinnant, "chrono-compatible low-level date algorithms":
// years run from March, so that the leap day is the last of its year; 400 years are 146097 days.
#include "common/text/datetime.h"

#include <cstring>

#include "common/text/digits.h"
#include "common/value.h"

namespace whimbrel {

namespace {

constexpr std::int64_t kMicroseconds = 1'000'000;
constexpr std::int64_t kDay = 86'400 * kMicroseconds;
constexpr std::int64_t kDaysPerEra = 146'097;                  // 400 years
constexpr std::int64_t kEpoch = 5 * kDaysPerEra - 60;          // days from 0000-03-01 to 2000-01-01
constexpr std::int64_t kDaysPerYears[] = {365, 1460, 36'524};  // one, four less a leap day, a hundred

// PostgreSQL's limits: 4714-11-24 BC, 5874897-12-31, 294276-12-31T23:59:59.999999.
constexpr std::int64_t kFirstDate = -2'451'545;
constexpr std::int64_t kLastDate = 2'145'031'948;
constexpr std::int64_t kFirstTimestamp = kFirstDate * kDay;
constexpr std::int64_t kLastTimestamp = 9'223'371'331'200'000'000 - 1;
constexpr std::int64_t kLastTimestampDate = kLastTimestamp / kDay;

constexpr std::string_view kBc = " BC";

struct Date {
  std::int64_t year;  // astronomical: 0 is 1 BC
  unsigned month, day;
};

constexpr std::int64_t floor_div(std::int64_t value, std::int64_t by) {
  return value / by - (value % by < 0 ? 1 : 0);
}

constexpr Date date_of(std::int64_t days) {
  const std::int64_t z = days + kEpoch;
  const std::int64_t era = floor_div(z, kDaysPerEra);
  const auto day_of_era = static_cast<std::uint32_t>(z - era * kDaysPerEra);
  const std::uint32_t year_of_era = (day_of_era - day_of_era / kDaysPerYears[1] +
                                     day_of_era / kDaysPerYears[2] - day_of_era / (kDaysPerEra - 1)) /
                                    kDaysPerYears[0];
  const std::uint32_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::uint32_t march_month = (5 * day_of_year + 2) / 153;
  const std::uint32_t month = march_month < 10 ? march_month + 3 : march_month - 9;
  return {era * 400 + year_of_era + (month <= 2 ? 1 : 0), month,
          day_of_year - (153 * march_month + 2) / 5 + 1};
}

constexpr std::int64_t days_of(const Date& date) {
  const std::int64_t year = date.year - (date.month <= 2 ? 1 : 0);
  const std::int64_t era = floor_div(year, 400);
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t march_month = date.month > 2 ? date.month - 3 : date.month + 9;
  const std::int64_t day_of_year = (153 * march_month + 2) / 5 + date.day - 1;
  const std::int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * kDaysPerEra + day_of_era - kEpoch;
}
static_assert(days_of({2000, 1, 1}) == 0 && days_of({-4713, 11, 24}) == kFirstDate);
static_assert(days_of({5874897, 12, 31}) == kLastDate && days_of({294276, 12, 31}) == kLastTimestampDate);

constexpr unsigned days_in_month(const Date& date) {
  constexpr unsigned days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = date.year % 4 == 0 && (date.year % 100 != 0 || date.year % 400 == 0);
  return date.month == 2 && leap ? 29 : days[date.month - 1];
}

char* format_infinity(char* at, bool negative) {
  const std::string_view text = negative ? "-infinity" : "infinity";
  std::memcpy(at, text.data(), text.size());
  return at + text.size();
}

char* format_year_month_day(char* at, const Date& date) {
  const auto year = static_cast<std::uint64_t>(date.year > 0 ? date.year : 1 - date.year);
  if (year < 10'000) {
    at = format_two(at, static_cast<unsigned>(year / 100));
    at = format_two(at, static_cast<unsigned>(year % 100));
  } else {
    at = format_unsigned(at, year);
  }
  *at++ = '-';
  at = format_two(at, date.month);
  *at++ = '-';
  return format_two(at, date.day);
}

char* format_era(char* at, const Date& date) {
  if (date.year > 0) return at;
  std::memcpy(at, kBc.data(), kBc.size());
  return at + kBc.size();
}

// Reads from the front of a text; every method leaves `text` alone when it returns false.
struct Scanner {
  std::string_view text;

  bool take(std::string_view expected) {
    if (!text.starts_with(expected)) return false;
    text.remove_prefix(expected.size());
    return true;
  }
  bool digit() const { return !text.empty() && text[0] >= '0' && text[0] <= '9'; }
  // Exactly two digits of at most `limit`.
  bool two(unsigned limit, unsigned& value) {
    if (text.size() < 2) return false;
    const unsigned high = static_cast<unsigned char>(text[0]) - '0',
                   low = static_cast<unsigned char>(text[1]) - '0';
    if (high > 9 || low > 9 || high * 10 + low > limit) return false;
    value = high * 10 + low;
    text.remove_prefix(2);
    return true;
  }
};

// The year, the month and the day, the year still without its era.
bool scan_date(Scanner& in, Date& date) {
  std::size_t digits = 0;
  date.year = 0;
  for (; in.digit(); ++digits) {
    if (digits == 7) return false;
    date.year = date.year * 10 + (in.text[0] - '0');
    in.text.remove_prefix(1);
  }
  // Beyond four digits no leading zero: one date has one text.
  if (digits < 4 || (digits > 4 && date.year < 10'000) || date.year == 0) return false;
  return in.take("-") && in.two(12, date.month) && in.take("-") && in.two(31, date.day) && date.month != 0 &&
         date.day != 0;
}

// The era behind, then the days; nullopt when there is no such day.
std::optional<std::int64_t> finish_date(Scanner& in, Date date) {
  if (in.take(kBc)) date.year = 1 - date.year;
  if (!in.text.empty() || date.day > days_in_month(date)) return std::nullopt;
  const std::int64_t days = days_of(date);
  if (days < kFirstDate || days > kLastDate) return std::nullopt;
  return days;
}

// ".25": one to six digits, in microseconds. True when there is none.
bool scan_fraction(Scanner& in, std::int64_t& microseconds) {
  if (!in.take(".")) return true;
  std::int64_t unit = kMicroseconds;
  do {
    if (!in.digit() || unit == 1) return false;
    unit /= 10;
    microseconds += (in.text[0] - '0') * unit;
    in.text.remove_prefix(1);
  } while (in.digit());
  return true;
}

constexpr std::int64_t clock(unsigned hour, unsigned minute, unsigned second) {
  return ((hour * 60 + minute) * std::int64_t{60} + second) * kMicroseconds;
}

// "18:00:00.5"; seconds only where `seconds_needed`.
bool scan_time(Scanner& in, bool seconds_needed, std::int64_t& microseconds) {
  unsigned hour = 0, minute = 0, second = 0;
  if (!in.two(23, hour) || !in.take(":") || !in.two(59, minute)) return false;
  if (!in.take(":")) {
    microseconds = clock(hour, minute, 0);
    return !seconds_needed;
  }
  if (!in.two(59, second)) return false;
  microseconds = clock(hour, minute, second);
  return scan_fraction(in, microseconds);
}

// Z, +00, +02:00, -0530, +02:00:30; `offset` is what local time is ahead of UTC. False when it is malformed.
bool scan_zone(Scanner& in, bool& present, std::int64_t& offset) {
  present = true;
  offset = 0;
  if (in.take("Z")) return true;
  const bool behind = in.text.starts_with('-');
  if (!behind && !in.text.starts_with('+')) {
    present = false;
    return true;
  }
  in.text.remove_prefix(1);
  unsigned hour = 0, minute = 0, second = 0;
  if (!in.two(15, hour)) return false;
  if (in.take(":")) {
    if (!in.two(59, minute)) return false;
    if (in.take(":") && !in.two(59, second)) return false;
  } else if (in.digit() && !in.two(59, minute)) {
    return false;
  }
  offset = behind ? -clock(hour, minute, second) : clock(hour, minute, second);
  return true;
}

std::optional<std::int64_t> parse_infinity(std::string_view text) {
  if (text == "infinity") return kInfinity;
  if (text == "-infinity") return kNegativeInfinity;
  return std::nullopt;
}

}  // namespace

char* format_date(char* at, std::int64_t days) {
  if (days == kInfinity || days == kNegativeInfinity) return format_infinity(at, days == kNegativeInfinity);
  const Date date = date_of(days);
  return format_era(format_year_month_day(at, date), date);
}

char* format_time(char* at, std::int64_t microseconds) {
  const auto seconds = static_cast<std::uint32_t>(microseconds / kMicroseconds);
  auto fraction = static_cast<std::uint32_t>(microseconds % kMicroseconds);
  at = format_two(at, seconds / 3600);
  *at++ = ':';
  at = format_two(at, seconds / 60 % 60);
  *at++ = ':';
  at = format_two(at, seconds % 60);
  if (fraction == 0) return at;
  *at++ = '.';
  at = format_two(at, fraction / 10'000);
  at = format_two(at, fraction / 100 % 100);
  at = format_two(at, fraction % 100);
  while (at[-1] == '0') --at;
  return at;
}

char* format_timestamp(char* at, std::int64_t microseconds, bool zone) {
  if (microseconds == kInfinity || microseconds == kNegativeInfinity)
    return format_infinity(at, microseconds == kNegativeInfinity);
  const std::int64_t days = floor_div(microseconds, kDay);
  const Date date = date_of(days);
  at = format_year_month_day(at, date);
  *at++ = 'T';
  at = format_time(at, microseconds - days * kDay);
  if (zone) *at++ = 'Z';
  return format_era(at, date);
}

std::optional<std::int64_t> parse_date(std::string_view text) {
  Scanner in{text};
  Date date{};
  if (!scan_date(in, date)) return parse_infinity(text);
  return finish_date(in, date);
}

std::optional<std::int64_t> parse_time(std::string_view text) {
  if (text == "24:00:00") return kDay;
  Scanner in{text};
  std::int64_t microseconds = 0;
  if (!scan_time(in, true, microseconds) || !in.text.empty()) return std::nullopt;
  return microseconds;
}

std::optional<ParsedTimestamp> parse_timestamp(std::string_view text) {
  Scanner in{text};
  Date date{};
  if (!scan_date(in, date)) {
    const auto infinity = parse_infinity(text);
    return infinity ? std::optional(ParsedTimestamp{*infinity, false}) : std::nullopt;
  }
  std::int64_t time = 0, offset = 0;
  bool has_zone = false;
  // A space may also be the one before "BC".
  if (in.take("T") || (in.text != kBc && in.take(" "))) {
    if (!scan_time(in, false, time) || !scan_zone(in, has_zone, offset)) return std::nullopt;
  }
  const auto days = finish_date(in, date);
  // A day more than the last one cannot overflow, and the zone may bring it back into the range.
  if (!days || *days > kLastTimestampDate + 1) return std::nullopt;
  // In two steps with the time of day first reduced by the zone: neither leaves 64 bits.
  const std::int64_t in_day = time - offset;
  if (*days > kLastTimestampDate && in_day >= 0) return std::nullopt;
  const std::int64_t microseconds = (*days - 1) * kDay + (kDay + in_day);
  if (microseconds < kFirstTimestamp || microseconds > kLastTimestamp) return std::nullopt;
  return ParsedTimestamp{microseconds, has_zone};
}

}  // namespace whimbrel
