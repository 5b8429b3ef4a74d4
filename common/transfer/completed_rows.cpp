#include "common/transfer/completed_rows.h"

#include <algorithm>

#include "common/cell_copy.h"

namespace whimbrel {

namespace {

bool is_absent(const Cell& cell) { return cell.tag == Tag::absent; }

}  // namespace

CompletedRows::CompletedRows(Host& host, const Table& table, const std::vector<std::size_t>& columns,
                             RowReader& source)
    : host_(host), table_(table), columns_(columns), source_(source) {
  for (const std::size_t column : table.primary_key)
    if (const auto at = std::ranges::find(columns, column); at != columns.end())
      key_.push_back(static_cast<std::size_t>(at - columns.begin()));
  if (key_.size() != table.primary_key.size()) key_.clear();
}

bool CompletedRows::next(RowBatch& batch) {
  batch.reset(columns());
  if (!source_.next(rows_)) return false;
  cells_.assign(rows_.row(0), rows_.row(0) + rows_.rows() * columns());
  arena_.clear();
  complete();
  for (std::size_t row = 0; row < rows_.rows(); ++row)
    std::replace_copy_if(cells_.begin() + static_cast<std::ptrdiff_t>(row * columns()),
                         cells_.begin() + static_cast<std::ptrdiff_t>((row + 1) * columns()), batch.append(),
                         is_absent, Cell());
  return true;
}

void CompletedRows::complete() {
  if (key_.empty()) return;
  keys_.reset(key_.size());
  row_of_key_.clear();
  for (std::size_t row = 0; row < rows_.rows(); ++row) {
    const Cell* const cells = cells_.data() + row * columns();
    const auto has_value = [&](std::size_t place) { return !cells[place].is_null(); };
    if (std::none_of(cells, cells + columns(), is_absent) || !std::ranges::all_of(key_, has_value)) continue;
    Cell* cell = keys_.append();
    for (const std::size_t place : key_) *cell++ = cells[place];
    row_of_key_.push_back(row);
  }
  if (keys_.empty()) return;
  const auto reader = host_.find_rows({&table_, table_.primary_key, columns_}, keys_);
  while (reader->next(found_)) {
    for (std::size_t i = 0; i < found_.rows(); ++i) {
      const Cell* const found = found_.row(i);
      Cell* const cells = cells_.data() + row_of_key_[static_cast<std::size_t>(found[0].integer)] * columns();
      for (std::size_t column = 0; column < columns(); ++column)
        if (is_absent(cells[column])) cells[column] = copy_cell(found[1 + column], arena_);
    }
  }
}

}  // namespace whimbrel
