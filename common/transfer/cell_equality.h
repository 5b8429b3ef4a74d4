// Whether two values of a column say the same, in whichever type they came: 1 and 1.0, a time as text and as
// a time, documents with other white space, what a char(n) fills up with blanks.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include "common/schema/model.h"
#include "common/transfer/array_limit.h"
#include "common/transfer/column_limit.h"
#include "common/transfer/digest.h"
#include "common/value.h"

namespace whimbrel {

class CellEquality {
 public:
  // Cell i of a row is for columns[i].
  CellEquality(const Table& table, const std::vector<std::size_t>& columns)
      : table_(table), columns_(columns), ways_(columns.size()) {}

  bool same(std::size_t place, const Cell& left, const Cell& right);

 private:
  // How values of one column are compared that are not the same at first sight.
  struct Way {
    explicit Way(const Column& column);

    Hash hash(Cell cell);

    TableDigest digest;
    std::optional<ColumnLimit> limit;
    std::optional<ArrayLimit> array_limit;
  };

  const Table& table_;
  const std::vector<std::size_t>& columns_;
  std::vector<std::unique_ptr<Way>> ways_;  // one per column, made when it is needed
};

}  // namespace whimbrel
