// A Cell as a field of COPY's binary format: its length and the bytes that the type's receive function reads.
#pragma once

#include "common/json/writer.h"
#include "common/value.h"
#include "pg_ext/field_writer.h"

namespace whimbrel::pg {

// Receive functions take text in the client's encoding: whether that means UTF-8 now.
bool receives_utf8();

class FieldEncoder {
 public:
  // False when the type has no binary form. Looks into the catalog; inside pg_call.
  bool prepare(Oid type, std::int32_t modifier, MemoryContext memory);

  bool needs_pinned_settings() const { return writer_.needs_pinned_settings(); }
  // Appends the field. `scratch` is overwritten; temporary values are in CurrentMemoryContext. Inside
  // pg_call.
  void encode(const Cell& cell, json::Buffer& out, json::Buffer& scratch) const;

 private:
  bool encode_directly(const Cell& cell, json::Buffer& out) const;
  void encode_by_functions(const Cell& cell, json::Buffer& out, json::Buffer& scratch) const;

  ValueKind kind_ = ValueKind::other;
  FieldWriter writer_;
  FmgrInfo* send_ = nullptr;
};

}  // namespace whimbrel::pg
