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
  bool tuple_stays = false;   // what lies in a tuple stays as long as the batch: cells may point into it
  json::Buffer scratch;
};

class FieldReader {
 public:
  // Looks into the catalog; `memory` lives as long as the reader. Inside pg_call.
  void prepare(Oid type, MemoryContext memory);
  // The same for a reader that gives the text of the type's output function, whatever the type.
  void prepare_output_text(Oid type, MemoryContext memory);

  // Whether the text depends on session settings, so that they must be pinned while reading.
  bool needs_pinned_settings() const { return pinned_; }
  const ValueType& type() const { return type_; }

  // `cell` points into the arena, into CurrentMemoryContext, which must live as long as the batch, or into
  // the tuple where that stays. Inside pg_call. What most columns are is read right here.
  void read(Datum value, Cell& cell, ReadState& state) const {
    switch (type_.kind) {
      case ValueKind::int4:
        cell = Cell::integer_of(DatumGetInt32(value));
        return;
      case ValueKind::int8:
        cell = Cell::integer_of(DatumGetInt64(value));
        return;
      case ValueKind::int2:
        cell = Cell::integer_of(DatumGetInt16(value));
        return;
      case ValueKind::boolean:
        cell = Cell::boolean(DatumGetBool(value));
        return;
      case ValueKind::timestamp:
        cell = Cell::of(Tag::timestamp, DatumGetTimestamp(value));
        return;
      case ValueKind::timestamptz:
        cell = Cell::of(Tag::timestamptz, DatumGetTimestampTz(value));
        return;
      case ValueKind::text: {
        const auto* text = reinterpret_cast<const struct varlena*>(DatumGetPointer(value));
        if (state.tuple_stays && !VARATT_IS_EXTENDED(text)) {  // a header of four bytes or of one, in place
          cell = Cell::of(Tag::text, std::string_view(VARDATA(text), VARSIZE(text) - VARHDRSZ));
        } else if (state.tuple_stays && VARATT_IS_SHORT(text) && !VARATT_IS_EXTERNAL(text)) {
          cell = Cell::of(Tag::text,
                          std::string_view(VARDATA_SHORT(text), VARSIZE_SHORT(text) - VARHDRSZ_SHORT));
        } else {
          read_slow(value, cell, state);
        }
        return;
      }
      default:
        read_slow(value, cell, state);
        return;
    }
  }

 private:
  struct Attribute {
    const char* key;            // "name":
    const FieldReader* reader;  // null for a dropped one
  };

  void find_output(MemoryContext memory);
  void read_slow(Datum value, Cell& cell, ReadState& state) const;
  void read_by_function(Datum value, Cell& cell, ReadState& state) const;
  void read_interval(Datum value, Cell& cell, ReadState& state) const;
  void prepare_composite(MemoryContext memory);
  void read_array(Datum value, bool in_array, Cell& cell, ReadState& state) const;
  void read_composite(Datum value, Cell& cell, ReadState& state) const;
  void write_part(Datum value, bool in_array, ReadState& state) const;

  ValueType type_;
  bool pinned_ = false;
  FmgrInfo* output_ = nullptr;            // kinds `other` and `interval`
  const FieldReader* element_ = nullptr;  // arrays; in `memory`
  TupleDesc descriptor_ = nullptr;        // composites; in `memory`
  const Attribute* attributes_ = nullptr;
};

}  // namespace whimbrel::pg
