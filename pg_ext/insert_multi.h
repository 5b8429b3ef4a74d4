// Rows straight into a plain table, many per call of its access method: what COPY FROM does behind its
// parser. Where the request may load, and many rows come, the indexes are built once at the end (load.h). For
// tables whose rows need nothing but constraints, indexes and triggers that fire after a row (foreign keys);
// every other table is left to COPY and INSERT themselves. Its progress is seen where COPY's is: in
// pg_stat_progress_copy.
#pragma once

#include <optional>

#include "common/host.h"
#include "pg_ext/load.h"
#include "pg_ext/pg.h"

namespace whimbrel::pg {

// How many rows it inserted, nullopt (and nothing done) when this table is not for it. On a bad row the Error
// has `row`.
std::optional<std::uint64_t> insert_multi(const InsertRequest& request, RowReader& rows, Load& load);

}  // namespace whimbrel::pg
