// How large a table is.
#pragma once

#include <string>

#include "common/schema/effect.h"
#include "pg_ext/statements.h"

namespace whimbrel::pg {

// Host::table_size(). Up to 64 MB are counted; above that the planner's own estimate is given, where there is
// one.
TableSize size_of_table(Statements& statements, const std::string& identity);

}  // namespace whimbrel::pg
