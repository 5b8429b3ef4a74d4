#include "common/transfer/large_object_columns.h"

#include "common/complete/large_objects.h"

namespace whimbrel {

namespace {

// Also the type lo of the contrib module, which is a domain.
std::string columns_with_numbers(std::span<const TablePlan> tables) {
  std::string names;
  for (const TablePlan& table : tables)
    for (const std::size_t index : table.columns) {
      const Column& column = table.table->columns[index];
      if (column.storage_type() != "oid") continue;
      names += (names.empty() ? "\"" : ", \"") + table.table->display_name() + "." + column.name + "\"";
    }
  return names;
}

}  // namespace

std::string large_objects_left_out(Host& host, std::span<const TablePlan> tables, bool takes_all) {
  const std::string columns = columns_with_numbers(tables);
  if (columns.empty() && !takes_all) return {};
  const std::uint64_t count = count_large_objects(host);
  if (count == 0) return {};
  return "large objects are left out: " + std::to_string(count) +
         (columns.empty() ? "" : ", whose numbers may stand in " + columns);
}

void tell_large_objects(Host& host, std::span<const TablePlan> tables, bool takes_all, std::string_view way) {
  const std::string sentence = large_objects_left_out(host, tables, takes_all);
  if (!sentence.empty()) host.notice(NoticeLevel::warning, sentence + "; " + std::string(way));
}

}  // namespace whimbrel
