// INSERT with several rows: four of them go by one call of the engine, which costs more than a row does.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/host.h"

namespace whimbrel {

class MultiRowInsert {
 public:
  // `table` as it stands in a statement.
  MultiRowInsert(const std::string& table, std::span<const std::string_view> columns);
  // Rows whose `key` is there already are changed by `update` instead, with the row as its parameters. It
  // must do no harm to a row that has just been inserted.
  MultiRowInsert(const std::string& table, std::span<const std::string_view> columns, std::string_view key,
                 std::string update);

  // Inserts a row with a value for each column, with the next ones or in finish(): what they point to must
  // live until then.
  void add(Host& host, std::initializer_list<Cell> row);
  void finish(Host& host);

 private:
  static constexpr std::size_t kTogether = 4;

  void put(Host& host, const std::string& insert, std::span<const Cell> cells) const;

  std::size_t columns_;
  std::string one_;
  std::string together_;
  std::string update_;  // empty: every row is new
  std::vector<Cell> waiting_;
};

}  // namespace whimbrel
