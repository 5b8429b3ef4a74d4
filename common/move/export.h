// Tables of PostgreSQL into a new SQLite file: schema as far as it translates, rows, and a digest of each
// table on both sides. The file appears complete or not at all.
#pragma once

#include <string>
#include <vector>

#include "common/host.h"
#include "common/move/import.h"
#include "common/transfer/selection.h"

namespace whimbrel::move {

// Throws kFile where there is a file already, kLoss where a table's digest differs and `report_loss` is not
// set.
std::vector<MovedTable> export_sqlite(Host& host, const std::string& path, const SelectionOptions& selection,
                                      bool report_loss);

}  // namespace whimbrel::move
