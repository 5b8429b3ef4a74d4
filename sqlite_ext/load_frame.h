// SQLite's frame around a load by SQL statements: triggers, which only dropping keeps from firing, the
// counters of AUTOINCREMENT, and foreign keys that wait for the end of the transaction. Reads only.
#pragma once

#include "common/schema/load_frame.h"
#include "sqlite_ext/compat.h"

namespace whimbrel::sqlite {

// Of Host: see there.
LoadFrame make_load_frame(sqlite3* db, const LoadRequest& request);

}  // namespace whimbrel::sqlite
