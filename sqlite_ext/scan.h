// Rows out of SQLite, in batches: of one table, and of any query.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/host.h"
#include "sqlite_ext/read_cell.h"
#include "sqlite_ext/statement.h"

namespace whimbrel::sqlite {

// Fills batches from a statement that is ready to be stepped.
class RowPump {
 public:
  RowPump(Prepared& statement, std::vector<Reading> readings)
      : statement_(statement), readings_(std::move(readings)) {}

  bool next(RowBatch& batch);
  bool borrows() const { return borrows_; }

 private:
  bool fill_row(RowBatch& batch);

  // A value above this is not copied: its row ends the batch, and SQLite keeps it until the next step.
  static constexpr std::size_t kBorrowAbove = 64 * 1024;

  Prepared& statement_;
  std::vector<Reading> readings_;
  bool ended_ = false;
  bool borrows_ = false;  // the last batch
};

class TableScan : public TableReader {
 public:
  TableScan(sqlite3* db, const ScanRequest& request);
  std::size_t columns() const override { return columns_; }
  bool next(RowBatch& batch) override { return pump_.next(batch); }
  bool batch_stands_alone() const override { return !pump_.borrows(); }

 private:
  std::size_t columns_;
  Arena arena_;
  Prepared statement_;
  RowPump pump_;
};

class QueryReader : public RowReader {
 public:
  // The statement's parameters are bound by values that `parameters` keeps.
  QueryReader(StatementCache& cache, std::string_view sql, std::span<const Cell> parameters);
  std::size_t columns() const override { return static_cast<std::size_t>(columns_); }
  bool next(RowBatch& batch) override { return pump_.next(batch); }

 private:
  Arena arena_;
  Cached statement_;
  int columns_;
  RowPump pump_;
};

}  // namespace whimbrel::sqlite
