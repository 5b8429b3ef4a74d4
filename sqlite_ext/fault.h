// SQLite's errors as Error, and Error as SQLite's: nothing is lost on the way through the core. An error of
// SQLite has the code "S" and four digits, its extended result code ("S2067": SQLITE_CONSTRAINT_UNIQUE).
#pragma once

#include <string>
#include <string_view>

#include "common/error.h"
#include "sqlite_ext/compat.h"

namespace whimbrel::sqlite {

inline constexpr std::string_view kInterruptCode = "S0009";  // as ends_call() has it

// The Error for what the connection just reported. Throws std::bad_alloc when memory ran out.
Error make_error(sqlite3* db, int result);
// Throws it unless `result` is SQLITE_OK, SQLITE_ROW or SQLITE_DONE.
void check(sqlite3* db, int result);

// The result code that a caller of SQLite gets for this error: SQLite's own, else SQLITE_ERROR.
int result_code(const Error& error);
// What it reads: "[WB012] message" and, on lines of their own, detail, hint and context.
std::string error_text(const Error& error);

// Character position (from 1) of a byte offset in `text`.
std::int64_t character_position(std::string_view text, std::size_t offset);

}  // namespace whimbrel::sqlite
