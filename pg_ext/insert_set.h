// Rows of cells by one INSERT … SELECT for each batch, through the executor: for what COPY cannot do (row
// security, rules, views, tables of other servers, absent cells) and where an error need not name the row. To
// triggers and foreign keys all batches are one statement, as with COPY.
#pragma once

#include "common/host.h"
#include "pg_ext/load.h"

namespace whimbrel::pg {

std::uint64_t insert_by_sets(const InsertRequest& request, RowReader& rows, Load& load);

}  // namespace whimbrel::pg
