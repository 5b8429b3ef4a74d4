// Emptying a database: for a reset that does not trust the down parts.
#pragma once

#include <string>
#include <vector>

#include "sqlite_ext/compat.h"

namespace whimbrel::sqlite {

// Drops the triggers, views and tables of the main database, Whimbrel's own tables left out, while foreign
// keys are not enforced; returns what they were. Nothing may read on the connection meanwhile.
std::vector<std::string> drop_objects(sqlite3* db);

}  // namespace whimbrel::sqlite
