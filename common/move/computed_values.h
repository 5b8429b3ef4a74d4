// Whether PostgreSQL computes in generated columns what SQLite has computed: an expression that both take may
// mean something else in each (upper() of SQLite knows ASCII only).
#pragma once

#include <vector>

#include "common/host.h"
#include "common/move/target_table.h"

namespace whimbrel::move {

// Those of a table with its rows whose values differ.
std::vector<const TargetColumn*> computed_otherwise(Host& host, Host& file, const TargetTable& target,
                                                    const Table& table);

}  // namespace whimbrel::move
