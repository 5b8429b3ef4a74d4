#include "common/move/target_table.h"

#include "common/host.h"

namespace whimbrel::move {

std::string TargetTable::create(const std::function<bool(const TargetColumn&)>& computes) const {
  std::string list;
  for (const TargetColumn& column : columns) {
    list += (list.empty() ? "  " : ",\n  ") + column.definition;
    if (column.computed() && computes(column)) list += column.expression;
  }
  return "CREATE TABLE " + quote_name(schema, name) + " (\n" + list + "\n)";
}

}  // namespace whimbrel::move
