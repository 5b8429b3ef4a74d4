// Foreign keys that were deferred, checked before the transaction ends.
#pragma once

#include <span>

#include "common/schema/model.h"
#include "sqlite_ext/compat.h"

namespace whimbrel::sqlite {

// Whether any reference of the transaction is still broken (SQLite counts them while foreign keys are on).
bool has_open_references(sqlite3* db);

// Throws kReference for the first row of these tables whose parent is missing.
void check_references(sqlite3* db, std::span<const Table* const> tables);

}  // namespace whimbrel::sqlite
