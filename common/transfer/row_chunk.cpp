#include "common/transfer/row_chunk.h"

#include <algorithm>

#include "common/cell_copy.h"

namespace whimbrel {

bool RowChunk::fill(std::size_t most, std::size_t batch) {
  cells_.clear();
  arena_.clear();
  rows_ = 0;
  while ((rows_ == 0 || rows_ + batch <= most) && arena_.used() < kMostBytes && source_.next(batch_)) {
    for (std::size_t row = 0; row < batch_.rows(); ++row, ++rows_)
      for (std::size_t i = 0; i < batch_.columns(); ++i)
        cells_.push_back(copy_cell(batch_.row(row)[i], arena_));
  }
  return rows_ != 0;
}

bool RowChunk::Part::next(RowBatch& batch) {
  batch.reset(columns());
  for (; at_ < end_ && !batch.full(); ++at_) std::copy_n(chunk_.row(at_), columns(), batch.append());
  return !batch.empty();
}

}  // namespace whimbrel
