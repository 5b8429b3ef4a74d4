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

  enum class Form : std::uint8_t { byte, two_bytes, four_bytes, eight_bytes, fixed, varlena, text };

 private:
  struct Attribute {
    std::int16_t length;
    Form form;
    std::uint8_t padding;  // alignment - 1
  };

  template <bool WithNulls>
  void read_stored(HeapTupleHeader tuple, std::size_t count);

  TupleDesc shape_ = nullptr;
  std::vector<Attribute> attributes_;
  std::vector<Datum> values_;
  std::vector<char> nulls_;
  bool any_null_ = false;  // of the tuple that was read last
};

}  // namespace whimbrel::pg
