// What an engine says of values before they are written: whether their columns take them.
#pragma once

#include <cstddef>
#include <vector>

#include "common/error.h"
#include "common/value.h"

namespace whimbrel {

struct ValueFault {
  std::size_t row;   // in the batch
  std::size_t cell;  // among ValueJudge::columns()
  Error error;
};

class ValueJudge {
 public:
  virtual ~ValueJudge() = default;
  // Those whose values nobody but the engine can judge: indexes into the table's columns.
  virtual const std::vector<std::size_t>& columns() const = 0;
  // All values of these rows, whose cells stand for columns(), that an insert would refuse for their types,
  // lengths and domains. Absent ones are none. Writes nothing.
  virtual std::vector<ValueFault> judge(const RowBatch& rows) = 0;
};

}  // namespace whimbrel
