// The values of a heap tuple that lies in its page, as slot_getsomeattrs() would have them, without a slot
// for each tuple.
#pragma once

#include <vector>

#include "pg_ext/pg.h"

namespace whimbrel::pg {

class TupleValues {
 public:
  TupleValues() = default;
  // Of the first `count` attributes. `shape` must outlive this.
  TupleValues(TupleDesc shape, int count);

  // Values that are no numbers point into the tuple. Inside pg_call.
  void read(HeapTupleHeader tuple);

  const Datum* values() const { return values_.data(); }
  const char* nulls() const { return nulls_.data(); }  // not 0: null

 private:
  struct Attribute {
    std::int16_t length;
    bool by_value;
    std::uint8_t padding;  // alignment - 1
  };

  TupleDesc shape_ = nullptr;
  std::vector<Attribute> attributes_;
  std::vector<Datum> values_;
  std::vector<char> nulls_;
};

}  // namespace whimbrel::pg
