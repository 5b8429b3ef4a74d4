// The functions of values alone (common/value_function.h) as deterministic, innocuous scalars: allowed in
// indexes, generated columns, CHECKs, views and triggers.
#pragma once

#include "common/value_function.h"
#include "sqlite_ext/compat.h"

namespace whimbrel::sqlite {

// An SQLite result code.
int register_value_function(sqlite3* db, const ValueFunction& function);

}  // namespace whimbrel::sqlite
