// The rows of a table-valued function between the call that makes them and the steps that fetch them. Beyond
// a few megabytes they wait in a temporary file without a name, so that a result of any size needs little
// memory.
#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "sqlite_ext/call.h"

namespace whimbrel::sqlite {

class RowStore : public CallResult {
 public:
  explicit RowStore(std::span<const ResultColumn> columns) : columns_(columns), row_(columns.size()) {}

  // While rows are made.
  void emit(std::span<const Cell> row) override;
  // Then, once.
  void finish() override;
  // True for a row, false at the end.
  bool next();
  // Of the current row: as output_cell() makes it; valid until next().
  const Cell& cell(std::size_t column) const { return row_[column]; }

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  void spill();
  void read(char* at, std::size_t size);

  static constexpr std::size_t kInMemory = 4 * 1024 * 1024;

  std::span<const ResultColumn> columns_;
  std::string bytes_;  // rows that are not in the file; while they are fetched, a piece of it
  std::size_t at_ = 0;
  std::unique_ptr<std::FILE, Close> file_;
  std::uint64_t rows_ = 0;
  std::uint64_t fetched_ = 0;
  std::vector<Cell> row_;
  Arena arena_;
};

}  // namespace whimbrel::sqlite
