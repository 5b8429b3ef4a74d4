// The rows of one table of a document, in batches: what an import inserts. Reads a document that
// validate_document() found right; a fault here means that the document changed meanwhile.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "common/host.h"
#include "common/transfer/bad_rows.h"
#include "common/transfer/document_reader.h"
#include "common/transfer/row_numbers.h"
#include "common/transfer/row_parser.h"
#include "common/transfer/validator.h"
#include "common/value.h"

namespace whimbrel {

class TableRows : public RowReader, private RowFaults {
 public:
  // Which rows: all, or those whose cell `column` has a value, or those where it has none.
  enum class Filter : std::uint8_t { all, given, absent };

  // Each row's cells stand for `columns` of the table's target (indexes as in Table::columns); other keys are
  // passed over. All arguments must outlive it.
  TableRows(Host& host, const DocumentInput& input, const DocumentIndex& index, const IndexedTable& table,
            std::vector<std::size_t> columns);

  void set_filter(Filter filter, std::size_t cell) {
    filter_ = filter;
    filter_cell_ = cell;
  }

  // next() leaves the host alone: it is called by a thread of ours (RowSupply).
  void stay_apart() { apart_ = true; }

  // Gives at most so many rows in a batch.
  void set_batch_rows(std::size_t rows) { batch_rows_ = rows; }
  // Rows with a value that does not fit, or with a key twice, are left out and told to `bad`; without this
  // such a row means that the document has changed.
  void collect(BadRows& bad) {
    bad_ = &bad;
    parser_.expect_faults();
  }

  std::size_t columns() const override { return columns_.size(); }
  bool next(RowBatch& batch) override;
  bool batch_stands_alone() const override { return true; }

  // Which rows of the document's table, from 1, were given lately; only with collect().
  const RowNumbers& numbers() const { return numbers_; }
  // How many rows were given.
  std::uint64_t given() const { return given_; }

  // Where the given row is, counted from 0 as next() gives them: its number in the document's table, from 1,
  // and the line where it ends. Reads from the beginning of the table; only before next() was ever called.
  struct Place {
    std::uint64_t row = 0;
    std::uint64_t line = 0;
  };
  Place locate(std::uint64_t number);

 private:
  // Moves to the next row of the table; false at its end.
  bool advance();
  void check_documents() const;
  // Reads the row; false when the filter leaves it out.
  bool read_row(Cell* cells, Arena& arena);

  void fault(std::string message);
  void unknown_column(const std::string& name) override;
  void duplicate_column(const std::string& name) override;
  void misfit(const std::string& column, const Misfit& misfit) override;
  [[noreturn]] void changed() const;

  Host& host_;
  const IndexedTable& table_;
  std::vector<std::size_t> columns_;
  std::unique_ptr<DocumentStream> stream_;  // null when there is nothing to read
  DocumentCursor cursor_;
  RowParser parser_;
  std::uint64_t rows_read_ = 0;
  Filter filter_ = Filter::all;
  std::size_t filter_cell_ = 0;
  std::size_t batch_rows_ = RowBatch::kMaxRows;
  bool apart_ = false;
  BadRows* bad_ = nullptr;
  std::string fault_;  // of the row that is read
  RowNumbers numbers_;
  std::uint64_t given_ = 0;
};

}  // namespace whimbrel
