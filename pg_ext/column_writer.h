// A Cell as the value that an INSERT stores in a column: that of its type, with the column's length or
// precision.
#pragma once

#include "pg_ext/field_writer.h"

namespace whimbrel::pg {

class ColumnWriter {
 public:
  // Looks into the catalog; `memory` lives as long as the writer. Inside pg_call.
  void prepare(const FormData_pg_attribute& attribute, MemoryContext memory);

  const ValueType& type() const { return writer_.type(); }
  bool needs_pinned_settings() const { return writer_.needs_pinned_settings(); }
  // As FieldWriter::write(); also throws what the column says of a value that is too long or too large.
  Datum write(const Cell& cell, bool& is_null, json::Buffer& scratch) const;

 private:
  FieldWriter writer_;
  ExprState* fit_ = nullptr;  // null: the column has no length of its own
  ExprContext* context_ = nullptr;
};

}  // namespace whimbrel::pg
