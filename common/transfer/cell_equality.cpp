#include "common/transfer/cell_equality.h"

#include "common/cell_copy.h"

namespace whimbrel {

bool CellEquality::same(std::size_t place, const Cell& left, const Cell& right) {
  if (left.is_null() || right.is_null()) return left.is_null() && right.is_null();
  if (left.tag == right.tag) {
    if (points_to_value(left.tag)) {
      if (left.view() == right.view()) return true;
    } else if (left.integer == right.integer) {
      return true;
    }
  }
  std::unique_ptr<Way>& way = ways_[place];
  if (way == nullptr) way = std::make_unique<Way>(table_.columns[columns_[place]]);
  return way->hash(left) == way->hash(right);
}

CellEquality::Way::Way(const Column& column)
    : digest({{column.name, column.kind, 0}}),
      limit(ColumnLimit::of(column.storage_type())),
      array_limit(ArrayLimit::of(column.storage_type(), column.storage_type())) {
  if (limit) limit->come_from(column.storage_type());
}

Hash CellEquality::Way::hash(Cell cell) {
  Arena arena;
  if (limit) limit->fill_up(cell, arena);
  if (array_limit && cell.tag == Tag::encoded)
    if (const auto filled = array_limit->filled_up(cell.view()))
      cell = Cell::of(cell.tag, arena.copy(*filled));
  digest.restart();
  digest.add(&cell);
  return digest.digest();
}

}  // namespace whimbrel
