// A table in PostgreSQL, with as many of its generated columns as PostgreSQL takes.
#pragma once

#include <functional>

#include "common/host.h"
#include "common/move/target_table.h"

namespace whimbrel::move {

using RefusedExpression = std::function<void(const TargetColumn&, const Error&)>;

// Each expression is tried with those that were taken before it, so that one takes no other along. A column
// whose expression is refused is a plain one, and `refused` is told.
void create_table(Host& host, const TargetTable& table, const RefusedExpression& refused);

}  // namespace whimbrel::move
