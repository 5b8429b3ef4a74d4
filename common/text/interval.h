// Intervals as ISO 8601 durations, exactly: "P1Y2M3DT4H5M6.789S", each part with its own sign. An interval is
// its months, days and microseconds, none of which is ever turned into another.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace whimbrel {

struct IntervalParts {
  std::int32_t months = 0;
  std::int32_t days = 0;
  std::int64_t microseconds = 0;

  friend bool operator==(const IntervalParts&, const IntervalParts&) = default;
};

// More than any interval needs, in either form.
inline constexpr std::size_t kMaxIntervalText = 96;

// Writes at most kMaxIntervalText characters, returns the end. "PT0S" when all parts are zero.
char* format_interval(char* at, const IntervalParts& interval);

// The same as "14 mons -3 days -04:05:06.789", which PostgreSQL reads whatever its settings are, also where
// the hours are more than its reader of ISO 8601 takes.
char* format_verbose_interval(char* at, const IntervalParts& interval);

// Reads what format_interval() writes, and every other duration whose parts are whole numbers, the seconds
// with up to six more digits; nothing for all else, and where a part is out of its range.
std::optional<IntervalParts> parse_interval(std::string_view text);

}  // namespace whimbrel
