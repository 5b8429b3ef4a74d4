// The rows of consecutive INSERT statements of a data file into one table, as a source for Host::insert().
#pragma once

#include <cstdint>
#include <vector>

#include "common/complete/insert_reader.h"
#include "common/complete/statement_stream.h"
#include "common/value.h"

namespace whimbrel {

class FileRows : public RowReader {
 public:
  // The stream stands at a statement whose head the reader has read.
  FileRows(StatementStream& stream, InsertReader& reader) : stream_(stream), reader_(reader) {}

  // Whether the statement at hand is one that can be read: only then there is a first row.
  bool read_statement();

  std::size_t columns() const override { return reader_.columns().size(); }
  // Ends before the first statement that is not for this table or not of our shape.
  bool next(RowBatch& batch) override;

  std::uint64_t statements() const { return statements_; }
  std::uint64_t rows() const { return rows_; }
  // Of the statement that the last row came from.
  std::size_t line() const { return line_; }

 private:
  StatementStream& stream_;
  InsertReader& reader_;
  std::vector<Cell> cells_;  // of the statement at hand
  std::size_t given_ = 0;    // of them
  bool holds_ = false;       // whether there is one, which must stay while its cells are used
  Arena arena_;
  std::uint64_t statements_ = 0;
  std::uint64_t rows_ = 0;
  std::size_t line_ = 0;
};

}  // namespace whimbrel
