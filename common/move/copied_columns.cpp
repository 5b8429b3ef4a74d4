#include "common/move/copied_columns.h"

namespace whimbrel::move {

CopiedColumns copied_columns(const TargetTable& target, const Table& table, bool mends_text,
                             const std::function<bool(const Column&)>& wants) {
  CopiedColumns copied;
  for (std::size_t c = 0; c < target.columns.size(); ++c) {
    const TargetColumn& from = target.columns[c];
    const std::size_t column = table.find_column(from.name);
    const Column& made = table.columns[column];
    if (!wants(made)) continue;
    copied.digested.push_back({made.name, made.kind, copied.source.size()});
    copied.source.push_back(c);
    copied.target.push_back(column);
    copied.converted.push_back({from.name, from.decision.conversion, from.decision.bad_text && mends_text});
  }
  return copied;
}

ScanRequest scan_of(const TargetTable& target, const CopiedColumns& columns) {
  ScanRequest scan;
  scan.table = &target.source->table;
  scan.columns = columns.source;
  scan.ordered = false;
  return scan;
}

}  // namespace whimbrel::move
