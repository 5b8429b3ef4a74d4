// Keys of an import that is only looked at: what would keep it from giving them is told beside all that is
// known to be wrong already, and nothing is reserved or written.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "common/error.h"
#include "common/schema/model.h"
#include "common/transfer/problems.h"

namespace whimbrel {

class KeyTrial {
 public:
  // `cleared`: no row of the tables will be there. `problems` must outlive it.
  KeyTrial(Problems& problems, bool cleared);

  bool cleared() const { return cleared_; }
  // Of a row of the document's table, from 1; 0: of the whole table. Nothing that is told of it in the same
  // words of its code.
  void tell(const Error& error, const std::string& table, std::uint64_t row);
  // Whether a value of these columns is known to be none of its type: nobody may be asked for it.
  bool is_wrong(const std::string& table, std::uint64_t row, const Table& target,
                const std::vector<std::size_t>& columns) const;

 private:
  Problems& problems_;
  const bool cleared_;
  std::set<std::tuple<std::string, std::string, std::uint64_t>> told_;  // code, table, row
  std::map<std::pair<std::string, std::uint64_t>, std::set<std::string>> wrong_;
};

}  // namespace whimbrel
