// Doubles as SQLite's SQL, so that every version of SQLite reads the very same bits back: its parser does not
// find the nearest double for each text.
#pragma once

#include <cstddef>

namespace whimbrel {

inline constexpr std::size_t kMaxSqliteReal = 448;  // bytes

// Of any value; NaN is NULL, as SQLite itself has it. An integral value keeps its point, so that it stays a
// real. Returns the end.
char* put_sqlite_real(char* at, double value);

}  // namespace whimbrel
