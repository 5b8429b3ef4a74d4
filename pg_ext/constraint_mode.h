// SET CONSTRAINTS: when a constraint that may wait for the end of the transaction is checked.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "common/schema/model.h"
#include "pg_ext/savepoints.h"
#include "pg_ext/statements.h"

namespace whimbrel::pg {

// What SET CONSTRAINTS calls the constraint. It takes a name for all constraints of a schema that have it,
// and fails when one of them cannot be deferred. Then only ALL is left.
std::string constraint_to_set(Statements& statements, std::string_view schema, std::string_view name);

// See Host::try_deferred_checks().
void try_deferred_checks(Statements& statements, Savepoints& savepoints, const Table& table,
                         std::span<const std::size_t> columns);

}  // namespace whimbrel::pg
