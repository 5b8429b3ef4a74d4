// SET CONSTRAINTS: when a constraint that may wait for the end of the transaction is checked.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "common/schema/model.h"
#include "pg_ext/savepoints.h"
#include "pg_ext/statements.h"

namespace whimbrel::pg {

// Whether another constraint of the schema has the name and cannot be deferred. SET CONSTRAINTS, which takes
// a name for all constraints of a schema that have it, fails then; only its ALL is left.
bool has_undeferrable_namesake(Statements& statements, std::string_view schema, std::string_view name);

// Whether a constraint of another table than this one and its partitions has the name: SET CONSTRAINTS would
// make, or put off, its checks too.
bool has_namesake(Statements& statements, const Table& table, std::string_view name);

// Whether a deferrable foreign key of the table waits for the end of the transaction, by its definition and
// by what SET CONSTRAINTS has said since. The server tells nobody, so it is tried, in a savepoint.
bool is_deferred(Statements& statements, Savepoints& savepoints, const Table& table, const ForeignKey& key);

// See Host::try_deferred_checks().
void try_deferred_checks(Statements& statements, Savepoints& savepoints, const Table& table,
                         std::span<const std::size_t> columns);

}  // namespace whimbrel::pg
