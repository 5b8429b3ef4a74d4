// Rows of a document of which some leave out columns that others have: what they leave out is as the table
// has it, found by the primary key; null where the document does not have that, or the table no such row.
#pragma once

#include <cstddef>
#include <vector>

#include "common/host.h"
#include "common/value.h"

namespace whimbrel {

class CompletedRows : public RowReader {
 public:
  // `columns` of the table are what the source's cells are for. All arguments must outlive it.
  CompletedRows(Host& host, const Table& table, const std::vector<std::size_t>& columns, RowReader& source);

  std::size_t columns() const override { return columns_.size(); }
  bool next(RowBatch& batch) override;

 private:
  void complete();

  Host& host_;
  const Table& table_;
  const std::vector<std::size_t>& columns_;
  RowReader& source_;
  std::vector<std::size_t> key_;  // places of the primary key's columns among `columns`
  RowBatch rows_;
  RowBatch keys_;
  RowBatch found_;
  std::vector<std::size_t> row_of_key_;
  std::vector<Cell> cells_;
  Arena arena_;
};

}  // namespace whimbrel
