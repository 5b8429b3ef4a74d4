#include "common/migration/multi_row_insert.h"

#include <utility>

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

std::string statement(const std::string& table, std::span<const std::string_view> columns, std::size_t rows,
                      const std::string& after) {
  std::string sql = "INSERT INTO " + table;
  const char* separator = " (";
  for (const std::string_view column : columns) {
    (sql += separator) += column;
    separator = ", ";
  }
  sql += ") VALUES ";
  std::size_t parameter = 0;
  for (std::size_t row = 0; row < rows; ++row) {
    sql += row == 0 ? "(" : ", (";
    for (std::size_t column = 0; column < columns.size(); ++column)
      sql += (column == 0 ? "$" : ", $") + std::to_string(++parameter);
    sql += ")";
  }
  return sql + after;
}

}  // namespace

MultiRowInsert::MultiRowInsert(const std::string& table, std::span<const std::string_view> columns)
    : columns_(columns.size()),
      one_(statement(table, columns, 1, {})),
      together_(statement(table, columns, kTogether, {})) {}

MultiRowInsert::MultiRowInsert(const std::string& table, std::span<const std::string_view> columns,
                               std::string_view key, std::string update)
    : columns_(columns.size()), update_(std::move(update)) {
  const std::string after = " ON CONFLICT (" + std::string(key) + ") DO NOTHING";
  one_ = statement(table, columns, 1, after);
  together_ = statement(table, columns, kTogether, after);
}

void MultiRowInsert::add(Host& host, std::initializer_list<Cell> row) {
  waiting_.insert(waiting_.end(), row);
  if (waiting_.size() < kTogether * columns_) return;
  const Emptied after(waiting_);
  put(host, together_, waiting_);
}

void MultiRowInsert::finish(Host& host) {
  const Emptied after(waiting_);
  const std::span<const Cell> cells(waiting_);
  for (std::size_t at = 0; at < cells.size(); at += columns_) put(host, one_, cells.subspan(at, columns_));
}

// Not DO UPDATE: rows are seldom there, and to prepare it costs three times as much.
void MultiRowInsert::put(Host& host, const std::string& insert, std::span<const Cell> cells) const {
  const std::size_t inserted = static_cast<std::size_t>(host.execute(insert, cells));
  if (update_.empty() || inserted * columns_ == cells.size()) return;
  for (std::size_t at = 0; at < cells.size(); at += columns_)
    host.execute(update_, cells.subspan(at, columns_));
}

}  // namespace whimbrel
