// Rows of one INSERT statement: four of them go by one call of the engine, which costs more than a row does.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "common/host.h"

namespace whimbrel {

class RowsInsert {
 public:
  // `before` ends in front of VALUES and names that many columns; `after` is what follows the rows, ON
  // CONFLICT for one.
  RowsInsert(const std::string& before, std::size_t columns, const std::string& after = {});

  // Inserts the rows whose values stand one behind the other.
  void run(Host& host, std::span<const Cell> cells) const;

 private:
  static constexpr std::size_t kTogether = 4;

  std::size_t columns_;
  std::string one_;
  std::string together_;
};

}  // namespace whimbrel
