// Rows of a table as they stand in a document: read by a plan, with what is secret in them left out. Knows
// neither digests nor how a document is written.
#pragma once

#include <memory>
#include <vector>

#include "common/host.h"
#include "common/transfer/export_plan.h"

namespace whimbrel {

class ExportRows {
 public:
  // `plan` must outlive it.
  ExportRows(Host& host, const TablePlan& plan, bool ordered, bool try_physical_order);

  // The next rows; false at the end.
  bool next();
  const RowBatch& read() const { return batch_; }  // what columns_read() gave
  std::size_t rows() const { return batch_.rows(); }
  // One cell for each of plan.columns.
  const Cell* row(std::size_t index) {
    const Cell* read = batch_.row(index);
    return plan_.withheld.empty() ? read : with_secrets(read);
  }
  bool out_of_order() const { return reader_->out_of_order(); }

 private:
  const Cell* with_secrets(const Cell* read);

  const TablePlan& plan_;
  std::unique_ptr<TableReader> reader_;
  RowBatch batch_;
  std::vector<Cell> row_;
  std::vector<std::size_t> places_;  // of what is read, in row_
};

}  // namespace whimbrel
