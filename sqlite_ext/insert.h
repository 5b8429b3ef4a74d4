// Rows into one table: a prepared INSERT, bound and stepped row by row.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/host.h"
#include "sqlite_ext/bind_cell.h"
#include "sqlite_ext/statement.h"

namespace whimbrel::sqlite {

class Inserter {
 public:
  Inserter(sqlite3* db, const InsertRequest& request);

  // Inserts all rows; how many. An error has the row's number.
  std::uint64_t run(RowReader& rows);

 private:
  // An INSERT without the absent columns of a row, and which cell each of its parameters takes.
  struct Pattern {
    Pattern(sqlite3* db, const InsertRequest& request, const std::string& absent);
    Prepared statement;
    std::vector<std::size_t> cells;
  };

  Pattern& pattern_of(const Cell* row);
  void insert_row(const Cell* row);

  sqlite3* db_;
  const InsertRequest& request_;
  std::vector<bool> text_columns_;
  std::string absent_;  // one character per column: 'a' where it is absent
  std::map<std::string, std::unique_ptr<Pattern>> patterns_;
  Pattern* last_ = nullptr;
  std::string last_absent_;
  Arena scratch_;
};

}  // namespace whimbrel::sqlite
