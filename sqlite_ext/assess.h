// What a statement of SQLite would do, by its words: SQLite has no parser that could be asked.
#pragma once

#include <string_view>
#include <vector>

#include "common/schema/effect.h"
#include "sqlite_ext/compat.h"

namespace whimbrel::sqlite {

// Host::assess()
std::vector<StatementEffect> assess_statement(sqlite3* db, std::string_view sql);

}  // namespace whimbrel::sqlite
