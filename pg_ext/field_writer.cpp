#include "pg_ext/field_writer.h"

#include "common/error.h"
#include "common/text/datetime.h"
#include "common/text/utf8.h"
#include "common/text/uuid.h"
#include "pg_ext/direct_datum.h"
#include "pg_ext/nested_literal.h"

namespace whimbrel::pg {

namespace {

struct CurrentMemory {
  static char* take(std::size_t size) { return static_cast<char*>(palloc(size)); }
};

// The value when its tag fits the type as it is.
std::optional<Datum> write_directly(const Cell& cell, ValueKind kind) {
  if (cell.tag == Tag::text && std::memchr(cell.data, 0, cell.size) != nullptr) return std::nullopt;
  CurrentMemory memory;
  Datum value = 0;
  if (!make_direct(cell, kind, MaxAllocSize / 2, memory, value)) return std::nullopt;
  return value;
}

void append_real(json::Buffer& out, double value, bool single) {
  if (std::isnan(value))
    out.append("NaN");
  else if (std::isinf(value))
    out.append(value > 0 ? "Infinity" : "-Infinity");
  else if (single)
    json::write_real32(out, static_cast<float>(value));
  else
    json::write_real(out, value);
}

}  // namespace

bool write_cell_text(json::Buffer& out, const Cell& cell, const ValueShape& shape) {
  const ValueType& type = shape.type;
  out.clear();
  switch (cell.tag) {
    case Tag::absent:
    case Tag::null:
      return false;
    case Tag::boolean:
      out.append(cell.integer != 0 ? "true" : "false");
      break;
    case Tag::integer:
      json::write_integer(out, cell.integer);
      break;
    case Tag::real:
      append_real(out, cell.real, false);
      break;
    case Tag::real32:
      append_real(out, cell.real, true);
      break;
    case Tag::number:
    case Tag::json:
      out.append(cell.view());
      break;
    case Tag::text:
    case Tag::odd_text: {
      const std::size_t nul = cell.view().find('\0');
      if (nul != std::string_view::npos)
        throw Error(code::kInvalidText, "text with a NUL byte cannot be stored in PostgreSQL",
                    "The NUL is at byte " + std::to_string(nul) + " of the value.");
      const std::size_t invalid = find_invalid_utf8(cell.view());
      if (invalid != kValidUtf8)
        throw Error(code::kInvalidText, "text that is not valid UTF-8 cannot be stored in PostgreSQL",
                    "The first invalid byte is byte " + std::to_string(invalid) + " of the value.");
      append_input_text(out, cell.view(), type.kind);
      break;
    }
    case Tag::bytes: {
      if (type.kind != ValueKind::bytea) return false;
      out.append("\\x");
      constexpr char kHex[] = "0123456789abcdef";
      for (const char c : cell.view()) {
        out.append(kHex[static_cast<unsigned char>(c) >> 4]);
        out.append(kHex[static_cast<unsigned char>(c) & 15]);
      }
      break;
    }
    case Tag::date:
      out.set_end(format_date(out.reserve(kMaxDateTimeText), cell.integer));
      break;
    case Tag::time:
      out.set_end(format_time(out.reserve(kMaxDateTimeText), cell.integer));
      break;
    case Tag::timestamp:
      out.set_end(format_timestamp(out.reserve(kMaxDateTimeText), cell.integer, false));
      break;
    case Tag::timestamptz:
      out.set_end(format_timestamp(out.reserve(kMaxDateTimeText), cell.integer, true));
      break;
    case Tag::uuid:
      out.set_end(format_uuid(out.reserve(40), cell.data));
      break;
    case Tag::encoded:
      if (!write_nested_literal(out, cell.view(), shape)) return false;
      break;
    case Tag::hashed:
      return false;
  }
  out.append('\0');
  return true;
}

void FieldWriter::prepare(Oid type, std::int32_t modifier, MemoryContext memory) {
  shape_ = describe_shape(type, modifier, memory);
  domain_ = shape_.type.base != shape_.type.declared;
  Oid function;
  getTypeInputInfo(type, &function, &input_parameter_);
  input_ = static_cast<FmgrInfo*>(MemoryContextAlloc(memory, sizeof(FmgrInfo)));
  fmgr_info_cxt(function, input_, memory);
}

Datum FieldWriter::write(const Cell& cell, bool& is_null, json::Buffer& scratch) const {
  is_null = cell.is_null();
  if (is_null) {
    if (domain_) InputFunctionCall(input_, nullptr, input_parameter_, -1);  // a domain may forbid null
    return Datum{0};
  }
  if (!domain_)
    if (const std::optional<Datum> value = write_directly(cell, shape_.type.kind)) return *value;
  return through_text(cell, scratch);
}

Datum FieldWriter::through_text(const Cell& cell, json::Buffer& scratch) const {
  if (!write_cell_text(scratch, cell, shape_)) {
    const char* name = format_type_be(shape_.type.declared);
    throw Error(code::kWrongType, std::string("value cannot be stored in type ") + name);
  }
  return InputFunctionCall(input_, const_cast<char*>(scratch.view().data()), input_parameter_, -1);
}

}  // namespace whimbrel::pg
