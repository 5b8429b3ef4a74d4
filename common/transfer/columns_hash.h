// Hashes of some columns' values, which tell them apart as TableDigest does: the same value in another type
// is the same.
#pragma once

#include <utility>
#include <vector>

#include "common/schema/model.h"
#include "common/transfer/digest.h"

namespace whimbrel {

class ColumnsHash {
 public:
  explicit ColumnsHash(std::vector<TableDigest::Column> columns) : digest_(std::move(columns)) {}
  // Of cells of these columns only, in this order.
  ColumnsHash(const Table& table, const std::vector<std::size_t>& columns);

  Hash of(const Cell* cells) {
    digest_.restart();
    digest_.add(cells);
    return digest_.digest();
  }

 private:
  TableDigest digest_;
};

}  // namespace whimbrel
