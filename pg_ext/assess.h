// What a statement of PostgreSQL would do, by the server's own raw parse tree and its catalog. Runs nothing
// but look-ups.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/schema/effect.h"
#include "pg_ext/statements.h"

namespace whimbrel::pg {

// Host::assess()
std::vector<StatementEffect> assess_statement(Statements& statements, std::string_view sql);

// Host::table_size(). Up to 64 MB are counted; above that the planner's own estimate is given, where there is
// one.
TableSize size_of_table(Statements& statements, const std::string& identity);

}  // namespace whimbrel::pg
