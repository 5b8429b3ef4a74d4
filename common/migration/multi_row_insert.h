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
  // `table` as it stands in a statement; `after` is what follows the rows, ON CONFLICT for one.
  MultiRowInsert(const std::string& table, std::span<const std::string_view> columns,
                 const std::string& after = {});

  // Inserts a row with a value for each column, with the next ones or in finish(): what they point to must
  // live until then.
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
