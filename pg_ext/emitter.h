// Where the rows of a function of the core go: a tuplestore, or the one value of a scalar.
#pragma once

#include <vector>

#include "common/function.h"
#include "pg_ext/field_writer.h"

namespace whimbrel::pg {

class Emitter final : public RowEmitter {
 public:
  // Inside entry_wall, in the memory that the result has to live in. For a set it prepares the result of
  // `call`.
  Emitter(FunctionCallInfo call, const Function& function);

  void emit(std::span<const Cell> row) override;

  // A scalar's value.
  Datum value() const { return value_; }
  bool is_null() const { return is_null_; }

 private:
  bool scalar_;
  MemoryContext result_memory_;
  MemoryContext row_memory_ = nullptr;
  std::vector<FieldWriter> writers_;
  std::vector<Datum> values_;
  std::unique_ptr<bool[]> nulls_;
  json::Buffer scratch_;
  Tuplestorestate* store_ = nullptr;
  TupleDesc shape_ = nullptr;
  Datum value_ = 0;
  bool is_null_ = true;
};

}  // namespace whimbrel::pg
