// Some rows, kept so that they can be read again: what is tried in one savepoint.
#pragma once

#include <cstddef>
#include <vector>

#include "common/value.h"

namespace whimbrel {

class RowChunk {
 public:
  explicit RowChunk(std::size_t columns) : columns_(columns) {}

  // Reads the next batches of `source` instead of the rows so far, as long as there is room for one of
  // `batch` rows among `most`, or until they are large; false at the end.
  bool fill(RowReader& source, std::size_t most, std::size_t batch);
  void add(const Cell* row);
  void clear();
  std::size_t columns() const { return columns_; }
  std::size_t rows() const { return rows_; }
  const Cell* row(std::size_t index) const { return cells_.data() + index * columns_; }

  // Rows begin to end - 1 of the chunk.
  class Part : public RowReader {
   public:
    Part(const RowChunk& chunk, std::size_t begin, std::size_t end) : chunk_(chunk), at_(begin), end_(end) {}
    std::size_t columns() const override { return chunk_.columns_; }
    bool next(RowBatch& batch) override;

   private:
    const RowChunk& chunk_;
    std::size_t at_;
    std::size_t end_;
  };

 private:
  static constexpr std::size_t kMostBytes = 4 * 1024 * 1024;

  std::size_t columns_;
  RowBatch batch_;
  std::vector<Cell> cells_;
  std::size_t rows_ = 0;
  Arena arena_;
};

}  // namespace whimbrel
