#include "common/transfer/row_chunk.h"

#include <algorithm>

#include "common/cell_copy.h"

namespace whimbrel {

void RowChunk::clear() {
  cells_.clear();
  arena_.clear();
  rows_ = 0;
}

void RowChunk::add(const Cell* row) {
  for (std::size_t i = 0; i < columns_; ++i) cells_.push_back(copy_cell(row[i], arena_));
  ++rows_;
}

bool RowChunk::fill(RowReader& source, std::size_t most, std::size_t batch) {
  clear();
  while ((rows_ == 0 || rows_ + batch <= most) && arena_.used() < kMostBytes && source.next(batch_))
    for (std::size_t row = 0; row < batch_.rows(); ++row) add(batch_.row(row));
  return rows_ != 0;
}

bool RowChunk::Part::next(RowBatch& batch) {
  batch.reset(columns());
  for (; at_ < end_ && !batch.full(); ++at_) std::copy_n(chunk_.row(at_), columns(), batch.append());
  return !batch.empty();
}

}  // namespace whimbrel
