#include "common/migration/rows_insert.h"

namespace whimbrel {

namespace {

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

void RowsInsert::run(Host& host, std::span<const Cell> cells) const {
  const std::size_t together = kTogether * columns_;
  for (; cells.size() >= together; cells = cells.subspan(together))
    host.execute(together_, cells.first(together));
  for (; !cells.empty(); cells = cells.subspan(columns_)) host.execute(one_, cells.first(columns_));
}

}  // namespace whimbrel
