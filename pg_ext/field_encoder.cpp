#include "pg_ext/field_encoder.h"

#include <bit>

#include "common/text/interval.h"
#include "common/text/uuid.h"
#include "pg_ext/numeric_text.h"
#include "pg_ext/single_char.h"

namespace whimbrel::pg {

namespace {

inline void put16(char* at, std::uint16_t value) {
  value = static_cast<std::uint16_t>(__builtin_bswap16(value));
  std::memcpy(at, &value, sizeof value);
}
inline void put32(char* at, std::uint32_t value) {
  value = __builtin_bswap32(value);
  std::memcpy(at, &value, sizeof value);
}
inline void put64(char* at, std::uint64_t value) {
  value = __builtin_bswap64(value);
  std::memcpy(at, &value, sizeof value);
}
static_assert(std::endian::native == std::endian::little, "the helpers above swap bytes");

inline void append_length(json::Buffer& out, std::int32_t length) {
  put32(out.reserve(4), static_cast<std::uint32_t>(length));
  out.advance(4);
}
inline bool append_int16(json::Buffer& out, std::int64_t value) {
  if (value < std::numeric_limits<std::int16_t>::min() || value > std::numeric_limits<std::int16_t>::max())
    return false;
  char* at = out.reserve(6);
  put32(at, 2);
  put16(at + 4, static_cast<std::uint16_t>(value));
  out.advance(6);
  return true;
}
inline bool append_32(json::Buffer& out, std::uint32_t value) {
  char* at = out.reserve(8);
  put32(at, 4);
  put32(at + 4, value);
  out.advance(8);
  return true;
}
inline bool append_64(json::Buffer& out, std::uint64_t value) {
  char* at = out.reserve(12);
  put32(at, 8);
  put64(at + 4, value);
  out.advance(12);
  return true;
}
inline bool append_bytes(json::Buffer& out, std::string_view bytes) {
  char* at = out.reserve(bytes.size() + 4);
  put32(at, static_cast<std::uint32_t>(bytes.size()));
  std::memcpy(at + 4, bytes.data(), bytes.size());
  out.advance(bytes.size() + 4);
  return true;
}

bool append_date(json::Buffer& out, std::int64_t days) {
  if (days == kInfinity) days = DATEVAL_NOEND;
  if (days == kNegativeInfinity) days = DATEVAL_NOBEGIN;
  return append_32(out, static_cast<std::uint32_t>(days));
}

bool append_interval(json::Buffer& out, const IntervalParts& interval) {
  char* at = out.reserve(20);
  put32(at, 16);
  put64(at + 4, static_cast<std::uint64_t>(interval.microseconds));
  put32(at + 12, static_cast<std::uint32_t>(interval.days));
  put32(at + 16, static_cast<std::uint32_t>(interval.months));
  out.advance(20);
  return true;
}

// A real number from its decimal text, rounded once.
template <typename Real>
std::optional<Real> parse_real(std::string_view text) {
  Real value{};
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

bool append_numeric(json::Buffer& out, std::string_view text) {
  const std::size_t begin = out.size();
  out.reserve(4);
  out.advance(4);
  if (!encode_numeric(out, text)) {
    out.truncate(begin);
    return false;
  }
  const std::size_t size = out.size() - begin - 4;
  put32(const_cast<char*>(out.view().data()) + begin, static_cast<std::uint32_t>(size));
  return true;
}

bool append_integer_as_numeric(json::Buffer& out, std::int64_t value) {
  std::array<char, 24> text;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  return append_numeric(out, {text.data(), static_cast<std::size_t>(end - text.data())});
}

}  // namespace

bool receives_utf8() {
  const int encoding = pg_get_client_encoding();
  return encoding == PG_UTF8 || encoding == PG_SQL_ASCII;
}

bool FieldEncoder::prepare(Oid type, std::int32_t modifier, MemoryContext memory) {
  const ValueType described = describe_type(type, modifier);
  kind_ = described.kind;
  // Of the base type: COPY checks a domain's constraints when it receives the value.
  writer_.prepare(described.base, described.modifier, memory);
  if (!writer_.has_binary_form()) return false;
  Oid function;
  bool is_varlena;
  getTypeBinaryOutputInfo(described.base, &function, &is_varlena);
  send_ = static_cast<FmgrInfo*>(MemoryContextAlloc(memory, sizeof(FmgrInfo)));
  fmgr_info_cxt(function, send_, memory);
  return true;
}

void FieldEncoder::encode(const Cell& cell, json::Buffer& out, json::Buffer& scratch) const {
  if (cell.is_null())
    append_length(out, -1);
  else if (!encode_directly(cell, out))
    encode_by_functions(cell, out, scratch);
}

bool FieldEncoder::encode_directly(const Cell& cell, json::Buffer& out) const {
  const Tag tag = cell.tag;
  switch (kind_) {
    case ValueKind::int2:
      return tag == Tag::integer && append_int16(out, cell.integer);
    case ValueKind::int4:
      return tag == Tag::integer && cell.integer >= std::numeric_limits<std::int32_t>::min() &&
             cell.integer <= std::numeric_limits<std::int32_t>::max() &&
             append_32(out, static_cast<std::uint32_t>(cell.integer));
    case ValueKind::int8:
      return tag == Tag::integer && append_64(out, static_cast<std::uint64_t>(cell.integer));
    case ValueKind::oid:
      return tag == Tag::integer && cell.integer >= 0 &&
             cell.integer <= std::numeric_limits<std::uint32_t>::max() &&
             append_32(out, static_cast<std::uint32_t>(cell.integer));
    case ValueKind::boolean:
      return tag == Tag::boolean &&
             append_bytes(out, cell.integer != 0 ? std::string_view("\1", 1) : std::string_view("\0", 1));
    case ValueKind::float8:
      if (tag == Tag::real || tag == Tag::real32)
        return append_64(out, std::bit_cast<std::uint64_t>(cell.real));
      if (tag == Tag::number)
        if (const auto value = parse_real<double>(cell.view()))
          return append_64(out, std::bit_cast<std::uint64_t>(*value));
      return false;
    case ValueKind::float4:
      if (tag == Tag::real32 ||
          (tag == Tag::real && (std::isinf(cell.real) || !std::isinf(static_cast<float>(cell.real)))))
        return append_32(out, std::bit_cast<std::uint32_t>(static_cast<float>(cell.real)));
      if (tag == Tag::number)
        if (const auto value = parse_real<float>(cell.view()))
          return append_32(out, std::bit_cast<std::uint32_t>(*value));
      return false;
    case ValueKind::numeric:
      if (tag == Tag::number) return append_numeric(out, cell.view());
      return tag == Tag::integer && append_integer_as_numeric(out, cell.integer);
    case ValueKind::text:
    case ValueKind::name:
    case ValueKind::enumeration:
      return tag == Tag::text && std::memchr(cell.data, 0, cell.size) == nullptr &&
             append_bytes(out, cell.view());
    case ValueKind::json:
      return tag == Tag::json && append_bytes(out, cell.view());
    case ValueKind::jsonb: {
      if (tag != Tag::json) return false;
      char* at = out.reserve(5);
      put32(at, cell.size + 1);
      at[4] = 1;  // the version of jsonb's binary format
      out.advance(5);
      out.append(cell.view());
      return true;
    }
    case ValueKind::bytea:
      return tag == Tag::bytes && append_bytes(out, cell.view());
    case ValueKind::date:
      return tag == Tag::date && append_date(out, cell.integer);
    case ValueKind::time:
      return tag == Tag::time && append_64(out, static_cast<std::uint64_t>(cell.integer));
    case ValueKind::timestamp:
      return tag == Tag::timestamp && append_64(out, static_cast<std::uint64_t>(cell.integer));
    case ValueKind::timestamptz:
      return tag == Tag::timestamptz && append_64(out, static_cast<std::uint64_t>(cell.integer));
    case ValueKind::uuid:
      return tag == Tag::uuid && append_bytes(out, cell.view());
    case ValueKind::interval: {
      const auto interval = tag == Tag::text ? parse_interval(cell.view()) : std::nullopt;
      return interval && append_interval(out, *interval);
    }
    case ValueKind::single_char: {
      const auto byte = tag == Tag::text ? parse_single_char(cell.view()) : std::nullopt;
      return byte && append_bytes(out, {&*byte, 1});
    }
    case ValueKind::array:
    case ValueKind::composite:
    case ValueKind::other:
      return false;
  }
  return false;
}

void FieldEncoder::encode_by_functions(const Cell& cell, json::Buffer& out, json::Buffer& scratch) const {
  bool is_null = false;
  const Datum value = writer_.write(cell, is_null, scratch);
  const bytea* bytes = SendFunctionCall(send_, value);
  append_bytes(out, {VARDATA(bytes), VARSIZE(bytes) - VARHDRSZ});
}

}  // namespace whimbrel::pg
