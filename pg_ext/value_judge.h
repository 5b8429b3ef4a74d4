// What the server says of values without writing them.
#pragma once

#include <memory>
#include <span>

#include "common/schema/model.h"
#include "common/schema/value_judge.h"
#include "pg_ext/savepoints.h"

namespace whimbrel::pg {

// Both arguments must outlive it.
std::unique_ptr<ValueJudge> judge_values(Savepoints& savepoints, const Table& table,
                                         std::span<const std::size_t> columns);

}  // namespace whimbrel::pg
