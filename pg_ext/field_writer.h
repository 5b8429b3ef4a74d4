// A Cell as a Datum of a given type. A cell whose tag fits the type is converted directly; every other goes
// through its text and the type's own input function, so the server's rules and errors hold.
#pragma once

#include "common/json/writer.h"
#include "common/value.h"
#include "pg_ext/value_shape.h"

namespace whimbrel::pg {

class FieldWriter {
 public:
  // Looks into the catalog; `memory` lives as long as the writer. Inside pg_call.
  void prepare(Oid type, std::int32_t modifier, MemoryContext memory);

  const ValueType& type() const { return shape_.type; }
  // Whether the value can go through its binary form.
  bool has_binary_form() const { return shape_.binary; }
  // Whether reading the text of a value depends on session settings.
  bool needs_pinned_settings() const {
    const ValueKind kind = shape_.type.kind;
    return kind == ValueKind::other || kind == ValueKind::array || kind == ValueKind::composite;
  }

  // The value, allocated in CurrentMemoryContext; `is_null` for null cells. `scratch` is overwritten. Inside
  // pg_call; throws Error for what the type cannot hold.
  Datum write(const Cell& cell, bool& is_null, json::Buffer& scratch) const;

 private:
  Datum through_text(const Cell& cell, json::Buffer& scratch) const;

  ValueShape shape_;
  bool domain_ = false;
  FmgrInfo* input_ = nullptr;
  Oid input_parameter_ = InvalidOid;
};

// The text that a type's input function reads for a cell, with a NUL behind it; false when the cell has none
// for this type (bytes for a number, a tagged value). Throws Error for text with NUL in it.
bool write_cell_text(json::Buffer& out, const Cell& cell, const ValueShape& shape);

}  // namespace whimbrel::pg
