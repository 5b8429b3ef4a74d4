// Columns of a SQLite table as they are read for a copy: where each goes, what becomes of its values, and how
// their digest is made.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "common/move/converted_rows.h"
#include "common/move/target_table.h"
#include "common/schema/model.h"

namespace whimbrel::move {

struct CopiedColumns {
  std::vector<std::size_t> source;            // of the table of the file
  std::vector<std::size_t> target;            // of the table that was made
  std::vector<ConvertedColumn> converted;     // by cell
  std::vector<TableDigest::Column> digested;  // names are of the table that was made
};

// Those that `wants` says yes to, asked with the column that was made.
CopiedColumns copied_columns(const TargetTable& target, const Table& table, bool mends_text,
                             const std::function<bool(const Column&)>& wants);

// Of the rows of the file.
ScanRequest scan_of(const TargetTable& target, const CopiedColumns& columns);

}  // namespace whimbrel::move
