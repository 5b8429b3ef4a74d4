// Rows of cells by one INSERT or UPDATE each, for what COPY cannot do: row security, rules, absent cells,
// updates. To triggers and foreign keys all of them are one statement, as with COPY.
#pragma once

#include "common/host.h"

namespace whimbrel::pg {

std::uint64_t insert_by_executor(const InsertRequest& request, RowReader& rows);
WriteCounts write_by_executor(const WriteRequest& request, RowReader& rows);

}  // namespace whimbrel::pg
