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

}  // namespace whimbrel::pg
