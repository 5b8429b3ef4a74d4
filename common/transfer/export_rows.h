// Rows of a table as they stand in a document: read by a plan, with what is secret in them left out. Knows
// neither digests nor how a document is written.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "common/host.h"
#include "common/transfer/export_plan.h"
#include "common/transfer/secret_parts.h"

namespace whimbrel {

class ExportRows {
 public:
  // `plan` must outlive it. `part`: only these rows.
  ExportRows(Host& host, const TablePlan& plan, bool ordered, bool try_physical_order,
             std::optional<ScanPart> part = {});

  // The next rows; false at the end.
  bool next();
  // After the end of a part: goes on with another one.
  void restart(const ScanPart& part) { reader_->restart(part); }
  const RowBatch& read() const { return batch_; }  // what columns_read() gave
  std::size_t rows() const { return filtered_ ? chosen_.size() : batch_.rows(); }
  // One cell for each of plan.columns; until the next call.
  const Cell* row(std::size_t index) {
    const Cell* read = batch_.row(filtered_ ? chosen_[index] : index);
    return row_.empty() ? read : without_secrets(read);
  }
  bool out_of_order() const { return reader_->out_of_order(); }
  const TableReader& reader() const { return *reader_; }

 private:
  struct Inside {
    std::size_t place;  // in row_
    const Column* column;
    SecretParts parts;
  };

  const Cell* without_secrets(const Cell* read);
  void take_out(Inside& inside);
  [[noreturn]] void throw_no_document(const Inside& inside) const;

  void choose_rows();

  const TablePlan& plan_;
  bool filtered_ = false;            // by plan_.keys, whose cells are the last ones that are read
  std::vector<std::size_t> chosen_;  // rows of the batch
  std::size_t key_ = 0;              // where the cells of the key begin
  std::unique_ptr<TableReader> reader_;
  RowBatch batch_;
  std::vector<Cell> row_;            // empty: rows are as they are read
  std::vector<std::size_t> places_;  // of what is read, in row_
  std::vector<Inside> inside_;
};

}  // namespace whimbrel
