#include "pg_ext/field_datum.h"

#include "pg_ext/array_datum.h"
#include "pg_ext/direct_datum.h"

namespace whimbrel::pg {

namespace {

// A document so small cannot be nested deeper than the server reads, which json's receive function looks
// after.
constexpr std::uint32_t kMostFlatJson = 1024;

}  // namespace

bool FieldDatum::prepare(Oid type, std::int32_t modifier, MemoryContext memory) {
  const ValueType described = describe_type(type, modifier);
  kind_ = described.kind;
  modifier_ = modifier;
  if (!encoder_.prepare(type, modifier, memory)) return false;
  Oid function;
  getTypeBinaryInputInfo(type, &function, &parameter_);
  receive_ = static_cast<FmgrInfo*>(MemoryContextAlloc(memory, sizeof(FmgrInfo)));
  fmgr_info_cxt(function, receive_, memory);
  if (described.base != type) return true;  // a domain's constraints are the receive function's
  switch (kind_) {
    case ValueKind::int2:
    case ValueKind::int4:
    case ValueKind::int8:
    case ValueKind::boolean:
    case ValueKind::float8:
    case ValueKind::float4:
    case ValueKind::date:
    case ValueKind::uuid:
    case ValueKind::single_char:
      direct_ = true;
      break;
    case ValueKind::time:
    case ValueKind::timestamp:
    case ValueKind::timestamptz:
    case ValueKind::interval:
      direct_ = modifier < 0;  // else it may be rounded
      break;
    case ValueKind::text:
      // A limit counts characters, of which there are not more than bytes.
      direct_ = type == TEXTOID || type == VARCHAROID;
      most_bytes_ = modifier < 0 ? MaxAllocSize / 2 : static_cast<std::uint32_t>(modifier - VARHDRSZ);
      break;
    case ValueKind::bytea:
      direct_ = true;
      most_bytes_ = MaxAllocSize / 2;
      break;
    case ValueKind::json:
      direct_ = type == JSONOID;
      break;
    case ValueKind::array:
      element_ = described.element;
      direct_ = get_array_type(element_) == type && has_plain_elements(element_, modifier);
      break;
    default:
      break;
  }
  return true;
}

bool FieldDatum::make_directly(const Cell& cell, RowMemory& row, json::Buffer& field, Datum& value) const {
  if (kind_ == ValueKind::json) {
    if (cell.tag != Tag::json || cell.size > kMostFlatJson) return false;
    value = make_varlena(row, cell.view());
    return true;
  }
  if (kind_ == ValueKind::array) {
    if (cell.tag != Tag::encoded) return false;
    field.clear();
    if (!make_array(field, cell.view(), element_)) return false;
    char* const at = row.take(field.size());
    std::memcpy(at, field.view().data(), field.size());
    value = PointerGetDatum(at);
    return true;
  }
  return make_direct(cell, kind_, most_bytes_, row, value);
}

Datum FieldDatum::receive(const Cell& cell, bool is_null, json::Buffer& field, json::Buffer& scratch) const {
  if (is_null) return ReceiveFunctionCall(receive_, nullptr, parameter_, modifier_);
  field.clear();
  encoder_.encode(cell, field, scratch);
  const std::size_t size = field.size() - sizeof(std::int32_t);
  field.append('\0');  // as the buffer of a COPY has it
  StringInfoData bytes;
  bytes.data = const_cast<char*>(field.view().data()) + sizeof(std::int32_t);
  bytes.len = static_cast<int>(size);
  bytes.maxlen = bytes.len + 1;
  bytes.cursor = 0;
  const Datum value = ReceiveFunctionCall(receive_, &bytes, parameter_, modifier_);
  if (bytes.cursor != bytes.len)
    ereport(ERROR, (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION), errmsg("incorrect binary data format")));
  return value;
}

}  // namespace whimbrel::pg
