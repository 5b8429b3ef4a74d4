#include "common/move/computed_values.h"

#include <algorithm>

#include "common/move/copied_columns.h"
#include "common/read_ahead.h"
#include "common/transfer/exporter.h"

namespace whimbrel::move {

namespace {

bool same_rows(Host& host, Host& file, const TargetTable& target, const Table& table,
               const std::function<bool(const Column&)>& wants) {
  const CopiedColumns columns = copied_columns(target, table, true, wants);
  const auto reader = file.scan(scan_of(target, columns));
  ConvertedRows converted(*reader, columns.converted, columns.digested);
  ReadAhead rows(converted, host);
  RowBatch batch;
  while (rows.next(batch)) host.check_interrupt();
  return digest_table(host, table, columns.target).digest == converted.digest();
}

}  // namespace

std::vector<const TargetColumn*> computed_otherwise(Host& host, Host& file, const TargetTable& target,
                                                    const Table& table) {
  std::vector<const TargetColumn*> differ;
  if (std::ranges::none_of(table.columns, &Column::generated)) return differ;
  if (same_rows(host, file, target, table, [](const Column&) { return true; })) return differ;
  // Each among the stored ones, so that equal values of other rows do not count.
  for (const TargetColumn& one : target.columns) {
    const Column& made = table.columns[table.find_column(one.name)];
    if (made.generated && !same_rows(host, file, target, table, [&](const Column& column) {
          return !column.generated || &column == &made;
        }))
      differ.push_back(&one);
  }
  return differ;
}

}  // namespace whimbrel::move
