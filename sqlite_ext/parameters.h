// The parameters $1, $2, … of the core's queries.
#pragma once

#include <span>

#include "common/value.h"
#include "sqlite_ext/statement.h"

namespace whimbrel::sqlite {

enum class Keep : std::uint8_t {
  borrow,  // the cells' data lives until the statement is reset
  copy,    // it is copied into the arena
};

// Binds them; what is formatted or copied lives in `arena` until the statement is reset.
void bind_parameters(Prepared& statement, std::span<const Cell> parameters, Arena& arena, Keep keep);

}  // namespace whimbrel::sqlite
