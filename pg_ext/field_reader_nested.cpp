// Arrays and composite values as JSON: the parts of FieldReader that call each other.
#include "common/json/surrogates.h"
#include "common/transfer/row_writer.h"
#include "common/transfer/scalar_writer.h"
#include "pg_ext/field_reader.h"
#include "pg_ext/value_shape.h"

namespace whimbrel::pg {

namespace {

// What would read as SQL NULL or as a tag of the format's own is wrapped; in an array also what would read as
// a list of the array itself or as a text.
void append_document(json::Buffer& out, std::string_view text, bool in_array) {
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
  bool wrapped = rest.starts_with("null") || (in_array && (rest.starts_with('[') || rest.starts_with('"')));
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

// "name": with what JSON needs, ended by NUL.
const char* encode_key(std::string_view name, MemoryContext memory) {
  // Its own scope: nothing that the server does in it may leave before the buffer is gone.
  char* const key = static_cast<char*>(MemoryContextAlloc(memory, 6 * name.size() + 8));
  json::Buffer text;
  json::write_string(text, (key_is_escaped(name) ? "$" : "") + std::string(name));
  text.append(':');
  text.append('\0');
  std::memcpy(key, text.view().data(), text.size());
  return key;
}

}  // namespace

void FieldReader::prepare_composite(MemoryContext memory) {
  const TupleDesc shared = lookup_rowtype_tupdesc(type_.base, -1);
  const MemoryContext outer = MemoryContextSwitchTo(memory);
  descriptor_ = CreateTupleDescCopy(shared);
  auto* const attributes =
      static_cast<Attribute*>(palloc0(sizeof(Attribute) * static_cast<std::size_t>(shared->natts + 1)));
  MemoryContextSwitchTo(outer);
  ReleaseTupleDesc(shared);
  for (int i = 0; i < descriptor_->natts; ++i) {
    const Form_pg_attribute attribute = TupleDescAttr(descriptor_, i);
    if (attribute->attisdropped) continue;
    attributes[i].key = encode_key(NameStr(attribute->attname), memory);
    void* place = MemoryContextAllocZero(memory, sizeof(FieldReader));
    FieldReader* reader = std::construct_at(static_cast<FieldReader*>(place));
    reader->prepare(attribute->atttypid, memory);
    attributes[i].reader = reader;
    pinned_ = pinned_ || reader->pinned_;
  }
  attributes_ = attributes;
}

// An object by attribute.
void FieldReader::read_composite(Datum value, Cell& cell, ReadState& state) const {
  const HeapTupleHeader header = DatumGetHeapTupleHeader(value);
  HeapTupleData tuple;
  tuple.t_len = HeapTupleHeaderGetDatumLength(header);
  ItemPointerSetInvalid(&tuple.t_self);
  tuple.t_tableOid = InvalidOid;
  tuple.t_data = header;
  const std::size_t count = static_cast<std::size_t>(descriptor_->natts);
  Datum* const values = static_cast<Datum*>(palloc(sizeof(Datum) * (count + 1)));
  bool* const nulls = static_cast<bool*>(palloc(count + 1));
  heap_deform_tuple(&tuple, descriptor_, values, nulls);
  json::Buffer& out = state.scratch;
  const std::size_t begin = out.size();
  char before = '{';
  for (std::size_t i = 0; i < count; ++i) {
    if (attributes_[i].reader == nullptr) continue;  // dropped
    out.append(before);
    out.append(std::string_view(attributes_[i].key));
    if (nulls[i])
      out.append("null");
    else
      attributes_[i].reader->write_part(values[i], false, state);
    before = ',';
  }
  out.append(before == '{' ? "{}" : "}");
  cell = Cell::of(Tag::encoded, state.arena->copy(out.view().substr(begin)));
  out.truncate(begin);
}

// An array is written as JSON at once: nested lists, and its lower bounds where one is not 1. As an element
// of another array it has them always: else it would be a list of that one.
void FieldReader::read_array(Datum value, bool in_array, Cell& cell, ReadState& state) const {
  ArrayType* array = DatumGetArrayTypeP(value);
  const int dimensions = ARR_NDIM(array);
  const int* sizes = ARR_DIMS(array);
  const int* lower = ARR_LBOUND(array);
  json::Buffer& out = state.scratch;
  const std::size_t begin = out.size();

  bool plain_bounds = !in_array;
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
  const bool flat = dimensions == 1;  // which most are: no divisions then
  const char* data = ARR_DATA_PTR(array);
  const bits8* nulls = ARR_NULLBITMAP(array);
  if (flat) out.append('[');
  for (int i = 0; i < count; ++i) {
    if (i > 0) out.append(',');
    // A list opens before each element whose index is a multiple of what the list holds, from the outside in.
    int stride = count;
    for (int d = 0; !flat && d < dimensions; ++d) {
      if (i % stride == 0) out.append('[');
      stride /= sizes[d];
    }
    if (nulls != nullptr && (nulls[i / 8] & (1 << (i % 8))) == 0) {
      out.append("null");
    } else {
      element_->write_part(fetch_att(data, element.by_value, element.length), true, state);
      data = att_addlength_pointer(data, element.length, data);
      data = reinterpret_cast<const char*>(att_align_nominal(data, element.alignment));
    }
    stride = 1;
    for (int d = dimensions - 1; !flat && d >= 0; --d) {
      stride *= sizes[d];
      if ((i + 1) % stride == 0) out.append(']');
    }
  }
  if (flat) out.append(']');
  if (!plain_bounds) out.append("}}");
  cell = Cell::of(Tag::encoded, state.arena->copy(out.view().substr(begin)));
  out.truncate(begin);
}

void FieldReader::write_part(Datum value, bool in_array, ReadState& state) const {
  json::Buffer& out = state.scratch;
  Cell cell;
  if (in_array && type_.kind == ValueKind::array)
    read_array(value, true, cell, state);
  else
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
      append_document(out, cell.view(), in_array);
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
