// Dates and times as the document format writes them: ISO 8601, microseconds, years beyond 9999, " BC",
// infinity. Values are PostgreSQL's: days or microseconds since 2000-01-01, proleptic Gregorian (see
// value.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace whimbrel {

inline constexpr std::size_t kMaxDateTimeText = 48;  // bytes that a format function may write

// Each writes at `at` and returns the end. "2026-11-20", "0044-03-15 BC", "infinity", "-infinity".
char* format_date(char* at, std::int64_t days);
// "18:00:00", "18:00:00.25": no trailing zeros.
char* format_time(char* at, std::int64_t microseconds);
// "2026-11-20T18:00:00.5", with "Z" behind when `zone`; " BC" at the very end.
char* format_timestamp(char* at, std::int64_t microseconds, bool zone);

// Strict readers of the same forms; nullopt for anything else (also out of PostgreSQL's range).
std::optional<std::int64_t> parse_date(std::string_view text);
std::optional<std::int64_t> parse_time(std::string_view text);
// "T" or a space between date and time; seconds and fraction (up to 6 digits) may be left out; a date alone
// is midnight. A zone (Z, +00, +02:00, +0530) is applied, so the result is UTC; without one the text is taken
// as it is.
struct ParsedTimestamp {
  std::int64_t microseconds;
  bool has_zone;
};
std::optional<ParsedTimestamp> parse_timestamp(std::string_view text);

}  // namespace whimbrel
