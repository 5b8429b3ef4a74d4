// Rows of one INSERT statement: four of them go by one call of the engine, which costs more than a row does.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <vector>

#include "common/host.h"

namespace whimbrel {

class RowsInsert {
 public:
  // `before` ends in front of VALUES and names that many columns; `after` is what follows the rows, ON
  // CONFLICT for one.
  RowsInsert(const std::string& before, std::size_t columns, const std::string& after = {});

  // Inserts a row with these values, with the next ones or in finish(): what they point to must live until
  // then.
  void add(Host& host, std::initializer_list<Cell> row);
  void finish(Host& host);

 private:
  static constexpr std::size_t kTogether = 4;

  std::size_t columns_;
  std::string one_;
  std::string together_;
  std::vector<Cell> waiting_;
};

}  // namespace whimbrel
