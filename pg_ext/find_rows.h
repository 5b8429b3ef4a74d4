// Rows of a table by the values of some columns, for many keys in one query.
#pragma once

#include <memory>

#include "common/host.h"
#include "pg_ext/statements.h"

namespace whimbrel::pg {

// See Host::find_rows.
std::unique_ptr<RowReader> find_rows(Statements& statements, const LookupRequest& request,
                                     const RowBatch& keys);

}  // namespace whimbrel::pg
