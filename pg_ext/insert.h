// Rows into a table: by COPY where its own checks allow it, else by an INSERT per row, which is what row
// security, rules and absent cells need. The caller does not see which one it was, except by its speed.
#pragma once

#include "common/host.h"
#include "pg_ext/load.h"

namespace whimbrel::pg {

std::uint64_t insert_rows(const InsertRequest& request, RowReader& rows, Load& load);

}  // namespace whimbrel::pg
