// Rows into one table: prepared INSERTs and UPDATEs, bound and stepped row by row.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "common/host.h"
#include "sqlite_ext/bind_cell.h"
#include "sqlite_ext/statement.h"

namespace whimbrel::sqlite {

class RowWriter {
 public:
  RowWriter(sqlite3* db, const InsertRequest& request);
  RowWriter(sqlite3* db, const WriteRequest& request);

  // Writes all rows. An error has the row's number.
  WriteCounts run(RowReader& rows);

 private:
  // A statement without the absent columns of a row, and which cell each of its parameters takes.
  struct Pattern {
    std::unique_ptr<Prepared> statement;  // null: there is nothing to do
    std::vector<std::size_t> cells;
    RowAction action = RowAction::insert;
  };

  Pattern& pattern_of(const Cell* row);
  Pattern make_pattern(RowAction action) const;
  std::string insert_sql(Pattern& pattern) const;
  std::string update_sql(Pattern& pattern) const;
  std::string default_of(const Column& column) const;
  bool is_key(std::size_t i) const;
  bool is_absent(std::size_t i) const { return shape_[i] == 'a'; }
  const Column& column(std::size_t i) const { return table_.columns[columns_[i]]; }
  std::uint64_t write_row(Pattern& pattern, const Cell* cells);

  sqlite3* db_;
  const Table& table_;
  std::span<const std::size_t> columns_;
  std::span<const std::size_t> key_columns_;  // of updates
  std::size_t offset_ = 0;                    // of the first column's cell; before it stands the action
  bool skip_conflicts_ = false;
  bool one_shape_ = false;  // all rows are inserts of all columns
  std::string or_abort_;    // of each statement, where the table would have it otherwise
  std::string shape_;       // one character per column, 'a' where it is absent, and the action
  std::map<std::string, Pattern> patterns_;
  Pattern* last_ = nullptr;
  std::string last_shape_;
  Arena scratch_;
};

}  // namespace whimbrel::sqlite
