#include "common/transfer/parent_keys.h"

#include <algorithm>
#include <cmath>

#include "common/cell_copy.h"
#include "common/transfer/bad_rows.h"
#include "common/transfer/table_rows.h"

namespace whimbrel {

namespace {

bool less(const Hash& left, const Hash& right) {
  return left.high != right.high ? left.high < right.high : left.low < right.low;
}

}  // namespace

bool has_one_form(const Dialect& dialect, const Column& column) {
  if (dialect.dynamic_types) return true;
  switch (column.kind) {
    case Kind::integer:
    case Kind::uuid:
    case Kind::date:
      return true;
    case Kind::text:
      return column.type == "text" || column.type.starts_with("character varying");
    default:
      return false;
  }
}

bool has_one_form(const Dialect& dialect, const Table& table, const std::vector<std::size_t>& columns) {
  return std::ranges::all_of(
      columns, [&](std::size_t column) { return has_one_form(dialect, table.columns[column]); });
}

void append_key_text(json::Buffer& out, const Cell& cell) {
  switch (cell.tag) {
    case Tag::boolean:
    case Tag::integer:
    case Tag::date:
    case Tag::time:
    case Tag::timestamp:
    case Tag::timestamptz:
      json::write_integer(out, cell.integer);
      return;
    case Tag::real:
    case Tag::real32:
      if (std::trunc(cell.real) == cell.real && std::abs(cell.real) < 9e15)
        json::write_integer(out, static_cast<std::int64_t>(cell.real));
      else
        json::write_real(out, cell.real);
      return;
    default:
      if (points_to_value(cell.tag)) out.append(cell.view());
  }
}

ParentKeys::ParentKeys(const DocumentRows& rows, const std::vector<std::size_t>& columns, SpillSpace& space)
    : width_(columns.size()), hashes_(space) {
  BadRows bad;  // told already
  TableRows source(rows.host, rows.input, rows.index, rows.table, columns);
  source.collect(bad);
  RowBatch batch;
  while (source.next(batch))
    for (std::size_t row = 0; row < batch.rows(); ++row) hashes_.push_back(hash(batch.row(row)));
  std::sort(hashes_.begin(), hashes_.end(), less);
}

// Of the columns' values with their lengths.
Hash ParentKeys::hash(const Cell* key) {
  text_.clear();
  for (std::size_t i = 0; i < width_; ++i) {
    one_.clear();
    append_key_text(one_, key[i]);
    json::write_integer(text_, static_cast<std::int64_t>(one_.view().size()));
    text_.append(':');
    text_.append(one_.view());
  }
  return hash_bytes(text_.view(), 0);
}

bool ParentKeys::contains(const Cell* key) {
  return std::binary_search(hashes_.begin(), hashes_.end(), hash(key), less);
}

}  // namespace whimbrel
