// What the schema of a file that others have made may call.
#pragma once

#include "sqlite_ext/compat.h"

namespace whimbrel::sqlite {

// Functions without side effects. Before the schema is read: it is refused as a whole for another function in
// an index, a generated column, a check or a default.
void limit_schema_trust(sqlite3* db);

}  // namespace whimbrel::sqlite
