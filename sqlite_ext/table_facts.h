// What is asked of one table: how many rows it has, and which numbers are free for new ones.
#pragma once

#include <cstdint>
#include <string>

#include "common/host.h"
#include "sqlite_ext/statement.h"

namespace whimbrel::sqlite {

// Not known of a table that does not exist.
TableSize table_size(sqlite3* db, const std::string& identity);

// Above all numbers that the column has and that the engine remembers to have given. Throws kUnsupported when
// there is none.
std::int64_t first_free_number(StatementCache& statements, const Table& table, const Column& column);

}  // namespace whimbrel::sqlite
