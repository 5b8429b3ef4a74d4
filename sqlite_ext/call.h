// One call of a function of ours, whatever form it has in SQL: arguments, transaction, host.
#pragma once

#include <span>

#include "sqlite_ext/connection.h"

namespace whimbrel::sqlite {

// Runs the function: its whole effect or none. `scalar` is the call's own; nullptr for a table-valued
// function, which may not write.
void run_function(const Registration& registration, sqlite3_context* scalar,
                  std::span<sqlite3_value* const> values, RowEmitter& rows);

}  // namespace whimbrel::sqlite
