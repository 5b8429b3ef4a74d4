#include "common/transfer/large_object_columns.h"

#include <string>

#include "common/complete/large_objects.h"

namespace whimbrel {

namespace {

// Also the type lo of the contrib module, which is a domain.
std::string columns_with_numbers(const ExportPlan& plan) {
  std::string names;
  for (const TablePlan& table : plan.tables)
    for (const std::size_t index : table.columns) {
      const Column& column = table.table->columns[index];
      if (column.storage_type() != "oid") continue;
      names += (names.empty() ? "\"" : ", \"") + table.table->display_name() + "." + column.name + "\"";
    }
  return names;
}

}  // namespace

void tell_large_objects(Host& host, const ExportPlan& plan, const ExportOptions& options) {
  const std::string columns = columns_with_numbers(plan);
  const bool takes_all =
      options.selection.tables.empty() && options.selection.schemas.empty() && options.subset.empty();
  if (columns.empty() && !takes_all) return;
  const std::uint64_t count = count_large_objects(host);
  if (count == 0) return;
  host.notice(NoticeLevel::warning, "large objects are left out: " + std::to_string(count) +
                                        (columns.empty() ? "" : ", whose numbers may stand in " + columns) +
                                        "; export_complete() with {\"large_objects\": true} writes them");
}

}  // namespace whimbrel
