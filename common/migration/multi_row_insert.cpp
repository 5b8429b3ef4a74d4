#include "common/migration/rows_insert.h"

#include <span>

namespace whimbrel {

namespace {

// When the engine refuses a row too: what the others point to may be gone by the next call.
class Emptied {
 public:
  explicit Emptied(std::vector<Cell>& cells) : cells_(cells) {}
  ~Emptied() { cells_.clear(); }
  Emptied(const Emptied&) = delete;
  Emptied& operator=(const Emptied&) = delete;

 private:
  std::vector<Cell>& cells_;
};

std::string statement(const std::string& before, std::size_t rows, std::size_t columns,
                      const std::string& after) {
  std::string sql = before + " VALUES ";
  std::size_t parameter = 0;
  for (std::size_t row = 0; row < rows; ++row) {
    sql += row == 0 ? "(" : ", (";
    for (std::size_t column = 0; column < columns; ++column)
      sql += (column == 0 ? "$" : ", $") + std::to_string(++parameter);
    sql += ")";
  }
  return sql + after;
}

}  // namespace

RowsInsert::RowsInsert(const std::string& before, std::size_t columns, const std::string& after)
    : columns_(columns),
      one_(statement(before, 1, columns, after)),
      together_(statement(before, kTogether, columns, after)) {}

void RowsInsert::add(Host& host, std::initializer_list<Cell> row) {
  waiting_.insert(waiting_.end(), row);
  if (waiting_.size() < kTogether * columns_) return;
  const Emptied after(waiting_);
  host.execute(together_, waiting_);
}

void RowsInsert::finish(Host& host) {
  const Emptied after(waiting_);
  const std::span<const Cell> cells(waiting_);
  for (std::size_t at = 0; at < cells.size(); at += columns_) host.execute(one_, cells.subspan(at, columns_));
}

}  // namespace whimbrel
