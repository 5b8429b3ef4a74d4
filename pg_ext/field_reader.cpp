#include "pg_ext/field_reader.h"

#include "common/json/surrogates.h"
#include "common/text/datetime.h"
#include "common/text/uuid.h"
#include "common/transfer/row_writer.h"
#include "common/transfer/scalar_writer.h"
#include "pg_ext/jsonb_text.h"
#include "pg_ext/numeric_text.h"

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

// A document in an array: what would read as SQL NULL, as a list of the array itself, as a text or as a tag
// of the format's own is wrapped.
void append_document(json::Buffer& out, std::string_view text) {
  const std::string_view spaces = " \t\r\n";
  const bool outer_space = !text.empty() && (spaces.find(text.front()) != std::string_view::npos ||
                                             spaces.find(text.back()) != std::string_view::npos);
  if (outer_space || text.find_first_of("\r\n") != std::string_view::npos || json::has_lone_surrogate(text)) {
    out.append("{\"$jsontext\":");
    json::write_string(out, text);
    out.append('}');
    return;
  }
  std::string_view rest = text.substr(std::min(text.find_first_not_of(spaces), text.size()));
  bool wrapped = rest.starts_with("null") || rest.starts_with('[') || rest.starts_with('"');
  if (rest.starts_with('{')) {
    rest.remove_prefix(1);
    rest.remove_prefix(std::min(rest.find_first_not_of(spaces), rest.size()));
    wrapped = rest.starts_with("\"$") || rest.starts_with("\"\\u0024");
  }
  if (wrapped) out.append("{\"$json\":");
  out.append(text);
  if (wrapped) out.append('}');
}

void append_special(json::Buffer& out, double value) {
  out.append(std::isnan(value) ? "\"NaN\"" : value > 0 ? "\"Infinity\"" : "\"-Infinity\"");
}

}  // namespace

void FieldReader::prepare(Oid type, MemoryContext memory) {
  type_ = describe_type(type, -1);
  if (type_.kind == ValueKind::other) {
    Oid function;
    bool is_varlena;
    getTypeOutputInfo(type_.base, &function, &is_varlena);
    output_ = static_cast<FmgrInfo*>(MemoryContextAlloc(memory, sizeof(FmgrInfo)));
    fmgr_info_cxt(function, output_, memory);
    pinned_ = true;
  } else if (type_.kind == ValueKind::array) {
    void* place = MemoryContextAllocZero(memory, sizeof(FieldReader));
    FieldReader* element = std::construct_at(static_cast<FieldReader*>(place));
    element->prepare(type_.element, memory);
    element_ = element;
    pinned_ = element->pinned_;
  }
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
      read_array(value, cell, state);
      return;
    default: {
      const char* text = OutputFunctionCall(output_, value);
      const std::size_t size = strlen(text);
      state.detoasted += size;
      cell = Cell::text({text, size});
      return;
    }
  }
}

// An array is written as JSON at once: nested lists, and its lower bounds where one is not 1.
void FieldReader::read_array(Datum value, Cell& cell, ReadState& state) const {
  ArrayType* array = DatumGetArrayTypeP(value);
  const int dimensions = ARR_NDIM(array);
  const int* sizes = ARR_DIMS(array);
  const int* lower = ARR_LBOUND(array);
  json::Buffer& out = state.scratch;
  const std::size_t begin = out.size();

  bool plain_bounds = true;
  for (int d = 0; d < dimensions; ++d) plain_bounds = plain_bounds && lower[d] == 1;
  if (!plain_bounds) {
    out.append("{\"$array\":{\"lower\":[");
    for (int d = 0; d < dimensions; ++d) {
      if (d > 0) out.append(',');
      json::write_integer(out, lower[d]);
    }
    out.append("],\"values\":");
  }
  if (dimensions == 0) out.append("[]");

  const ValueType& element = element_->type_;
  const int count = ArrayGetNItems(dimensions, sizes);
  const char* data = ARR_DATA_PTR(array);
  const bits8* nulls = ARR_NULLBITMAP(array);
  for (int i = 0; i < count; ++i) {
    if (i > 0) out.append(',');
    // A list opens before each element whose index is a multiple of what the list holds, from the outside in.
    int stride = count;
    for (int d = 0; d < dimensions; ++d) {
      if (i % stride == 0) out.append('[');
      stride /= sizes[d];
    }
    if (nulls != nullptr && (nulls[i / 8] & (1 << (i % 8))) == 0) {
      out.append("null");
    } else {
      element_->write_element(fetch_att(data, element.by_value, element.length), state);
      data = att_addlength_pointer(data, element.length, data);
      data = reinterpret_cast<const char*>(att_align_nominal(data, element.alignment));
    }
    stride = 1;
    for (int d = dimensions - 1; d >= 0; --d) {
      stride *= sizes[d];
      if ((i + 1) % stride == 0) out.append(']');
    }
  }
  if (!plain_bounds) out.append("}}");
  take_scratch(Tag::encoded, begin, cell, state);
}

void FieldReader::write_element(Datum value, ReadState& state) const {
  json::Buffer& out = state.scratch;
  Cell cell;
  read(value, cell, state);
  if (write_scalar(out, cell)) return;
  switch (cell.tag) {
    case Tag::real:
    case Tag::real32:
      append_special(out, cell.real);
      return;
    case Tag::bytes:
      write_base64_tag(out, "$bytes", cell.view());
      return;
    case Tag::json:
      append_document(out, cell.view());
      return;
    case Tag::encoded:
      out.append(cell.view());
      return;
    default:  // a number's word
      out.append('"');
      out.append(cell.view());
      out.append('"');
  }
}

}  // namespace whimbrel::pg
