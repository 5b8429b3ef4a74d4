// Values as SQLite stores them that come from an engine with more types: what the module binds, and what a
// literal of its dialect says.
#pragma once

#include <cstdint>

namespace whimbrel::move {

// A float as a double, by its shortest text: 0.1f is 0.1, not 0.10000000149011612.
double widen_float(double value);
// At most kMaxDateTimeText characters; a space between date and time, as SQLite's own functions and
// CURRENT_TIMESTAMP write it. Returns their end.
char* format_moment(char* at, std::int64_t microseconds, bool zone);

}  // namespace whimbrel::move
