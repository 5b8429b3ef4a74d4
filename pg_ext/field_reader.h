// A column's Datum as a Cell. Own writers for the types that real tables consist of, the type's output
// function for every other. Works inside pg_call: nothing here owns what a longjmp would leak.
#pragma once

#include "common/json/writer.h"
#include "common/value.h"
#include "pg_ext/value_type.h"

namespace whimbrel::pg {

// What the readers of one batch share. Lives in C++ outside of the guard.
struct ReadState {
  Arena* arena = nullptr;
  std::size_t detoasted = 0;  // bytes that cells of this batch point to outside the arena
  json::Buffer scratch;
};

class FieldReader {
 public:
  // Looks into the catalog; `memory` lives as long as the reader. Inside pg_call.
  void prepare(Oid type, MemoryContext memory);

  // Whether the text depends on session settings, so that they must be pinned while reading.
  bool needs_pinned_settings() const { return pinned_; }
  const ValueType& type() const { return type_; }

  // `cell` points into the arena, or into CurrentMemoryContext, which must live as long as the batch. Inside
  // pg_call.
  void read(Datum value, Cell& cell, ReadState& state) const;

 private:
  void read_slow(Datum value, Cell& cell, ReadState& state) const;
  void read_array(Datum value, Cell& cell, ReadState& state) const;
  void write_element(Datum value, ReadState& state) const;

  ValueType type_;
  bool pinned_ = false;
  FmgrInfo* output_ = nullptr;            // kind `other`
  const FieldReader* element_ = nullptr;  // arrays; in `memory`
};

}  // namespace whimbrel::pg
