// What a new or validated constraint of a domain asks of the rows that are there.
#pragma once

#include <vector>

#include "common/schema/effect.h"
#include "pg_ext/pg.h"
#include "pg_ext/statements.h"

namespace whimbrel::pg {

// For each column of the type, of tables that have rows themselves; those of types over it are not looked
// into.
std::vector<StatementEffect> assess_domain(Statements& statements, const AlterDomainStmt& alter);

}  // namespace whimbrel::pg
