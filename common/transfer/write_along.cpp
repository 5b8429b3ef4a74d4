#include "common/transfer/write_along.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "common/error.h"
#include "common/transfer/column_limit.h"

namespace whimbrel {

namespace {

// What ColumnLimit and ArrayLimit do not tell value by value.
bool may_change_inside(const Column& column, const DocumentColumn& declared) {
  if (column.kind != declared.kind) return false;
  if (column.kind == Kind::composite) return true;  // of the same name, it may have other attributes there
  if (has_same_limits(column, declared, false)) return false;
  const std::string_view type = column.storage_type();
  if (column.kind == Kind::array) return type == "jsonb[]";
  return column.kind == Kind::other && type.find('(') != std::string_view::npos && !ColumnLimit::of(type);
}

bool has_same_columns(const Table& table, const DocumentTable& declared) {
  std::vector<std::string_view> here, there;
  for (const Column& column : table.columns)
    if (!column.generated) here.push_back(column.name);
  for (const DocumentColumn& column : declared.columns) there.push_back(column.name);
  std::sort(here.begin(), here.end());
  std::sort(there.begin(), there.end());
  return here == there;
}

}  // namespace

bool may_change_values(const Dialect& dialect, const Table& table, const DocumentTable& declared) {
  if (table.triggers || table.rules) return true;
  if (dialect.dynamic_types) return false;
  return std::any_of(declared.columns.begin(), declared.columns.end(), [&](const DocumentColumn& column) {
    const std::size_t found = table.find_column(column.name);
    return found != Table::npos && !table.columns[found].generated &&
           may_change_inside(table.columns[found], column);
  });
}

std::optional<TableOrder> order_to_write_along(const Host& host, const DocumentCheck& check,
                                               const Metadata& metadata) {
  std::vector<const Table*> targets;
  for (const DocumentTable& declared : metadata.tables) {
    const DocumentCheck::Match match = check.match(declared.name);
    if (!match.selected) continue;
    const bool secrets = std::ranges::any_of(
        metadata.redacted, [&](const SecretPart& part) { return part.table == declared.name; });
    if (match.target == nullptr || secrets || !has_same_columns(*match.target, declared) ||
        may_change_values(host.dialect(), *match.target, declared) ||
        std::find(targets.begin(), targets.end(), match.target) != targets.end())
      return std::nullopt;
    targets.push_back(match.target);
  }
  if (targets.empty()) return std::nullopt;
  TableOrder order = order_tables(targets);
  if (order.tables != targets) return std::nullopt;
  return order;
}

bool CheckedRows::next(RowBatch& batch) {
  batch.reset(columns());
  while (!batch.full()) {
    if (!check_.next_row(batch.append(), batch.arena())) {
      batch.drop_last();
      break;
    }
    if (!check_.row_is_complete() || !check_.clean()) throw WritingStopped();
  }
  if (!check_.clean()) throw WritingStopped();
  return !batch.empty();
}

}  // namespace whimbrel
