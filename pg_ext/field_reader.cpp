#include "pg_ext/field_reader.h"

#include "common/text/interval.h"
#include "pg_ext/compat.h"
#include "pg_ext/jsonb_text.h"
#include "pg_ext/numeric_text.h"
#include "pg_ext/single_char.h"

namespace whimbrel::pg {

namespace {

// A detoasted varlena: what it points to stays as long as CurrentMemoryContext, unless `in_tuple`.
struct Bytes {
  const char* data;
  std::size_t size;
  bool in_tuple;
};

inline Bytes detoast(Datum value) {
  struct varlena* const original = reinterpret_cast<struct varlena*>(DatumGetPointer(value));
  struct varlena* const plain = pg_detoast_datum_packed(original);
  return {VARDATA_ANY(plain), VARSIZE_ANY_EXHDR(plain), plain == original};
}

inline void set_bytes(Tag tag, const Bytes& bytes, Cell& cell, ReadState& state) {
  if (bytes.in_tuple && !state.tuple_stays) {
    cell = Cell::of(tag, state.arena->copy({bytes.data, bytes.size}));
  } else {
    if (!bytes.in_tuple) state.detoasted += bytes.size;
    cell = Cell::of(tag, std::string_view(bytes.data, bytes.size));
  }
}

// What was written to scratch since `begin` becomes the cell; an outer value may go on in front of it.
void take_scratch(Tag tag, std::size_t begin, Cell& cell, ReadState& state) {
  cell = Cell::of(tag, state.arena->copy(state.scratch.view().substr(begin)));
  state.scratch.truncate(begin);
}

std::int64_t widen_date(DateADT value) {
  if (DATE_IS_NOBEGIN(value)) return kNegativeInfinity;
  if (DATE_IS_NOEND(value)) return kInfinity;
  return value;
}

// jsonb must be aligned: a short header is made a long one.
const Jsonb* aligned_jsonb(Datum value) {
  return reinterpret_cast<const Jsonb*>(
      pg_detoast_datum(reinterpret_cast<struct varlena*>(DatumGetPointer(value))));
}

}  // namespace

void FieldReader::prepare(Oid type, MemoryContext memory) {
  type_ = describe_type(type, -1);
  if (type_.kind == ValueKind::other || type_.kind == ValueKind::interval) {
    find_output(memory);
    pinned_ = type_.kind == ValueKind::other;
  } else if (type_.kind == ValueKind::array) {
    void* place = MemoryContextAllocZero(memory, sizeof(FieldReader));
    FieldReader* element = std::construct_at(static_cast<FieldReader*>(place));
    element->prepare(type_.element, memory);
    element_ = element;
    pinned_ = element->pinned_;
  } else if (type_.kind == ValueKind::composite) {
    prepare_composite(memory);
  }
}

void FieldReader::prepare_output_text(Oid type, MemoryContext memory) {
  type_ = describe_type(type, -1);
  type_.kind = ValueKind::other;
  find_output(memory);
  pinned_ = true;
}

void FieldReader::find_output(MemoryContext memory) {
  Oid function;
  bool is_varlena;
  getTypeOutputInfo(type_.base, &function, &is_varlena);
  output_ = static_cast<FmgrInfo*>(MemoryContextAlloc(memory, sizeof(FmgrInfo)));
  fmgr_info_cxt(function, output_, memory);
}

void FieldReader::read_slow(Datum value, Cell& cell, ReadState& state) const {
  switch (type_.kind) {
    case ValueKind::text:
      set_bytes(Tag::text, detoast(value), cell, state);
      return;
    case ValueKind::oid:
      cell = Cell::integer_of(DatumGetObjectId(value));
      return;
    case ValueKind::date:
      cell = Cell::of(Tag::date, widen_date(DatumGetDateADT(value)));
      return;
    case ValueKind::time:
      cell = Cell::of(Tag::time, DatumGetTimeADT(value));
      return;
    case ValueKind::float8:
      cell = Cell::real_of(DatumGetFloat8(value));
      return;
    case ValueKind::float4:
      cell = Cell::real_of(static_cast<double>(DatumGetFloat4(value)));
      cell.tag = Tag::real32;
      return;
    case ValueKind::json:
      set_bytes(Tag::json, detoast(value), cell, state);
      return;
    case ValueKind::bytea:
      set_bytes(Tag::bytes, detoast(value), cell, state);
      return;
    case ValueKind::jsonb: {
      const std::size_t begin = state.scratch.size();
      write_jsonb(state.scratch, aligned_jsonb(value));
      take_scratch(Tag::json, begin, cell, state);
      return;
    }
    case ValueKind::numeric: {
      const Bytes bytes = detoast(value);
      char* begin = state.arena->allocate(max_numeric_text(bytes.data, bytes.size));
      char* end = write_numeric(begin, bytes.data, bytes.size);
      cell = Cell::of(Tag::number, std::string_view(begin, static_cast<std::size_t>(end - begin)));
      return;
    }
    case ValueKind::uuid:
      cell =
          Cell::of(Tag::uuid,
                   state.arena->copy({reinterpret_cast<const char*>(DatumGetUUIDP(value)->data), UUID_LEN}));
      return;
    case ValueKind::name:
      cell = Cell::text(state.arena->copy(NameStr(*DatumGetName(value))));
      return;
    case ValueKind::single_char: {
      char* const at = state.arena->allocate(4);
      const char* const end = format_single_char(at, static_cast<unsigned char>(DatumGetChar(value)));
      cell = Cell::text({at, static_cast<std::size_t>(end - at)});
      return;
    }
    case ValueKind::interval:
      read_interval(value, cell, state);
      return;
    case ValueKind::enumeration: {
      const Oid label = DatumGetObjectId(value);
      HeapTuple tuple = SearchSysCache1(ENUMOID, ObjectIdGetDatum(label));
      if (!HeapTupleIsValid(tuple)) elog(ERROR, "cache lookup failed for enum value %u", label);
      cell =
          Cell::text(state.arena->copy(NameStr(reinterpret_cast<Form_pg_enum>(GETSTRUCT(tuple))->enumlabel)));
      ReleaseSysCache(tuple);
      return;
    }
    case ValueKind::array:
      read_array(value, false, cell, state);
      return;
    case ValueKind::composite:
      read_composite(value, cell, state);
      return;
    default:
      read_by_function(value, cell, state);
      return;
  }
}

void FieldReader::read_by_function(Datum value, Cell& cell, ReadState& state) const {
  const char* text = OutputFunctionCall(output_, value);
  const std::size_t size = strlen(text);
  state.detoasted += size;
  cell = Cell::text({text, size});
}

void FieldReader::read_interval(Datum value, Cell& cell, ReadState& state) const {
  const Interval* const interval = DatumGetIntervalP(value);
  if (!is_finite_interval(interval)) {
    read_by_function(value, cell, state);
    return;
  }
  char* const at = state.arena->allocate(kMaxIntervalText);
  const char* const end = format_interval(at, {interval->month, interval->day, interval->time});
  cell = Cell::text({at, static_cast<std::size_t>(end - at)});
}

}  // namespace whimbrel::pg
