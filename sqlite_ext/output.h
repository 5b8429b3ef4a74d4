// What a function gives, as values of SQLite.
#pragma once

#include "common/json_rows.h"
#include "sqlite_ext/compat.h"

namespace whimbrel::sqlite {

// Makes it the result of an SQL function or of a virtual table's column; SQLite copies it.
void set_result(sqlite3_context* context, const Cell& output, SqlType type);

}  // namespace whimbrel::sqlite
