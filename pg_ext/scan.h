// How the rows of a table are read: straight from the heap where that is allowed and gives the right order,
// else by a query. Both see what the caller may see; rows that a policy would hide are an error.
#pragma once

#include <memory>

#include "common/host.h"
#include "pg_ext/statements.h"

namespace whimbrel::pg {

std::unique_ptr<TableReader> open_scan(Statements& statements, const ScanRequest& request);

// The pages of its table where other processes may read the scan's rows by ranges of pages; else 0.
std::uint64_t pages_for_parts(const ScanRequest& request);

}  // namespace whimbrel::pg
