// Cells that outlive their batch.
#pragma once

#include <string>

#include "common/value.h"

namespace whimbrel {

// Whether a cell of this tag points to its value.
constexpr bool points_to_value(Tag tag) {
  switch (tag) {
    case Tag::number:
    case Tag::text:
    case Tag::odd_text:
    case Tag::bytes:
    case Tag::uuid:
    case Tag::json:
    case Tag::encoded:
    case Tag::hashed:
      return true;
    default:
      return false;
  }
}

// The same value in memory of `arena`.
inline Cell copy_cell(const Cell& cell, Arena& arena) {
  return points_to_value(cell.tag) ? Cell::of(cell.tag, arena.copy(cell.view())) : cell;
}

// A cell that owns its bytes, for values that go through the core unread.
class KeptCell {
 public:
  KeptCell() = default;
  explicit KeptCell(const Cell& cell) : cell_(cell), points_(points_to_value(cell.tag)) {
    if (points_) bytes_ = cell.view();
  }
  Cell cell() const { return points_ ? Cell::of(cell_.tag, bytes_) : cell_; }

 private:
  Cell cell_;
  std::string bytes_;
  bool points_ = false;
};

}  // namespace whimbrel
