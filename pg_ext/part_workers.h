// Parallel workers of the server that read a table by ranges of pages, for a call that only reads: the
// backend's side. They share its snapshot, its transaction, its user and its settings, as those of a parallel
// query do, and end with it.
#pragma once

#include <memory>

#include "common/host.h"
#include "pg_ext/pg.h"

namespace whimbrel::pg {

// See Host::start_workers(). A table is small below the server's own min_parallel_table_scan_size.
std::unique_ptr<PartWorkers> start_part_workers(const ScanRequest& request, std::size_t count,
                                                std::string_view task, const PartsDone* counted,
                                                Oid own_schema);

}  // namespace whimbrel::pg
