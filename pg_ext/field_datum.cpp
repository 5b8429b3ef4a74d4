#include "pg_ext/field_datum.h"

#include "common/text/interval.h"
#include "pg_ext/array_datum.h"
#include "pg_ext/single_char.h"

namespace whimbrel::pg {

namespace {

// A document so small cannot be nested deeper than the server reads, which json's receive function looks
// after.
constexpr std::uint32_t kMostFlatJson = 1024;

template <typename Integer>
bool fits(const Cell& cell) {
  return cell.tag == Tag::integer && cell.integer >= std::numeric_limits<Integer>::min() &&
         cell.integer <= std::numeric_limits<Integer>::max();
}

Datum varlena(RowMemory& row, std::string_view bytes) {
  // A short header where the stored value will have one too.
  const std::size_t short_size = bytes.size() + VARHDRSZ_SHORT;
  if (short_size <= VARATT_SHORT_MAX) {
    char* at = row.take(short_size);
    SET_VARSIZE_SHORT(at, short_size);
    std::memcpy(VARDATA_SHORT(at), bytes.data(), bytes.size());
    return PointerGetDatum(at);
  }
  char* at = row.take(bytes.size() + VARHDRSZ);
  SET_VARSIZE(at, bytes.size() + VARHDRSZ);
  std::memcpy(VARDATA(at), bytes.data(), bytes.size());
  return PointerGetDatum(at);
}

bool is_timestamp(std::int64_t value) {
  return value == kInfinity || value == kNegativeInfinity || IS_VALID_TIMESTAMP(value);
}
static_assert(kInfinity == DT_NOEND && kNegativeInfinity == DT_NOBEGIN);

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
  switch (kind_) {
    case ValueKind::int2:
      value = Int16GetDatum(static_cast<std::int16_t>(cell.integer));
      return fits<std::int16_t>(cell);
    case ValueKind::int4:
      value = Int32GetDatum(static_cast<std::int32_t>(cell.integer));
      return fits<std::int32_t>(cell);
    case ValueKind::int8:
      value = Int64GetDatum(cell.integer);
      return cell.tag == Tag::integer;
    case ValueKind::boolean:
      value = BoolGetDatum(cell.integer != 0);
      return cell.tag == Tag::boolean;
    case ValueKind::float8:
      value = Float8GetDatum(cell.real);
      return cell.tag == Tag::real || cell.tag == Tag::real32;
    case ValueKind::float4:
      value = Float4GetDatum(static_cast<float>(cell.real));
      return cell.tag == Tag::real32;
    case ValueKind::text:
      if (cell.tag != Tag::text || cell.size > most_bytes_) return false;
      value = varlena(row, cell.view());
      return true;
    case ValueKind::bytea:
      if (cell.tag != Tag::bytes || cell.size > most_bytes_) return false;
      value = varlena(row, cell.view());
      return true;
    case ValueKind::json:
      if (cell.tag != Tag::json || cell.size > kMostFlatJson) return false;
      value = varlena(row, cell.view());
      return true;
    case ValueKind::array: {
      if (cell.tag != Tag::encoded) return false;
      field.clear();
      if (!make_array(field, cell.view(), element_)) return false;
      char* const at = row.take(field.size());
      std::memcpy(at, field.view().data(), field.size());
      value = PointerGetDatum(at);
      return true;
    }
    case ValueKind::date:
      value = DateADTGetDatum(static_cast<DateADT>(cell.integer));
      return cell.tag == Tag::date && cell.integer >= std::numeric_limits<DateADT>::min() &&
             cell.integer <= std::numeric_limits<DateADT>::max() &&
             IS_VALID_DATE(static_cast<DateADT>(cell.integer));
    case ValueKind::time:
      value = TimeADTGetDatum(cell.integer);
      return cell.tag == Tag::time && cell.integer >= 0 && cell.integer <= USECS_PER_DAY;
    case ValueKind::timestamp:
      value = TimestampGetDatum(cell.integer);
      return cell.tag == Tag::timestamp && is_timestamp(cell.integer);
    case ValueKind::timestamptz:
      value = TimestampTzGetDatum(cell.integer);
      return cell.tag == Tag::timestamptz && is_timestamp(cell.integer);
    case ValueKind::uuid: {
      if (cell.tag != Tag::uuid) return false;
      char* at = row.take(UUID_LEN);
      std::memcpy(at, cell.data, UUID_LEN);
      value = PointerGetDatum(at);
      return true;
    }
    case ValueKind::interval: {
      const auto parsed = cell.tag == Tag::text ? parse_interval(cell.view()) : std::nullopt;
      if (!parsed) return false;
      auto* const interval = reinterpret_cast<Interval*>(row.take(sizeof(Interval)));
      *interval = {parsed->microseconds, parsed->days, parsed->months};
      value = IntervalPGetDatum(interval);
      return true;
    }
    case ValueKind::single_char: {
      const auto byte = cell.tag == Tag::text ? parse_single_char(cell.view()) : std::nullopt;
      value = CharGetDatum(byte.value_or('\0'));
      return byte.has_value();
    }
    default:
      return false;
  }
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
