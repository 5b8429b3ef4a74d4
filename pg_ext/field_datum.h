// A Cell as the value that COPY's binary format would bring into a column: made directly for the types whose
// values are known here, else from the field's bytes by the type's receive function. What a column checks on
// the way (its length, its range, a domain) holds in both cases.
#pragma once

#include <memory>

#include "common/json/writer.h"
#include "common/value.h"
#include "pg_ext/field_encoder.h"

namespace whimbrel::pg {

// Memory for the values of one row, used again for the next.
class RowMemory {
 public:
  explicit RowMemory(MemoryContext memory) : memory_(memory) {}

  // Aligned as any value asks for.
  char* take(std::size_t size) {
    size = (size + 7) & ~std::size_t{7};
    if (size > kSize - used_) return large(size);
    char* at = block_ + used_;
    used_ += size;
    return at;
  }
  void clear() { used_ = 0; }

 private:
  char* large(std::size_t size) { return static_cast<char*>(MemoryContextAllocHuge(memory_, size)); }

  static constexpr std::size_t kSize = 8192;
  MemoryContext memory_;  // of values that have no room in block_; its owner resets it
  alignas(8) char block_[kSize];
  std::size_t used_ = 0;
};

class FieldDatum {
 public:
  // False when the type has no binary form. Looks into the catalog; inside pg_call.
  bool prepare(Oid type, std::int32_t modifier, MemoryContext memory);

  bool needs_pinned_settings() const { return encoder_.needs_pinned_settings(); }
  // The value, in `row` or in CurrentMemoryContext; both buffers are overwritten. Inside pg_call.
  Datum make(const Cell& cell, bool& is_null, RowMemory& row, json::Buffer& field,
             json::Buffer& scratch) const {
    is_null = cell.is_null();
    Datum value = 0;
    if (direct_ ? is_null || make_directly(cell, row, field, value) : false) return value;
    return receive(cell, is_null, field, scratch);
  }

 private:
  bool make_directly(const Cell& cell, RowMemory& row, json::Buffer& field, Datum& value) const;
  Datum receive(const Cell& cell, bool is_null, json::Buffer& field, json::Buffer& scratch) const;

  ValueKind kind_ = ValueKind::other;
  bool direct_ = false;
  std::uint32_t most_bytes_ = 0;  // of text and bytes that fit for sure
  Oid element_ = InvalidOid;      // of an array
  FieldEncoder encoder_;
  FmgrInfo* receive_ = nullptr;
  Oid parameter_ = InvalidOid;
  std::int32_t modifier_ = -1;
};

}  // namespace whimbrel::pg
