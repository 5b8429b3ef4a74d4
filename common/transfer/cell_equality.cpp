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
  std::unique_ptr<TableDigest>& digest = digests_[place];
  const Column& column = table_.columns[columns_[place]];
  if (digest == nullptr)
    digest = std::make_unique<TableDigest>(std::vector<TableDigest::Column>{{column.name, column.kind, 0}});
  const auto hash = [&](const Cell& cell) {
    digest->restart();
    digest->add(&cell);
    return digest->digest();
  };
  return hash(left) == hash(right);
}

}  // namespace whimbrel
