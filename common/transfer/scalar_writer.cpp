#include "common/transfer/scalar_writer.h"

#include <cmath>

#include "common/text/datetime.h"
#include "common/text/uuid.h"

namespace whimbrel {

namespace {

// Dates, times, uuids: `format` writes at most so many bytes.
template <typename Format>
bool write_quoted(json::Buffer& out, Format&& format) {
  char* at = out.reserve(kMaxDateTimeText + 2);
  *at++ = '"';
  at = format(at);
  *at++ = '"';
  out.set_end(at);
  return true;
}
static_assert(kMaxDateTimeText >= 36);

}  // namespace

bool write_scalar(json::Buffer& out, const Cell& cell) {
  switch (cell.tag) {
    case Tag::boolean:
      out.append(cell.integer != 0 ? std::string_view("true") : std::string_view("false"));
      return true;
    case Tag::integer:
      json::write_integer(out, cell.integer);
      return true;
    case Tag::real:
      if (!std::isfinite(cell.real)) return false;
      json::write_real(out, cell.real);
      return true;
    case Tag::real32:
      if (!std::isfinite(cell.real)) return false;
      json::write_real32(out, static_cast<float>(cell.real));
      return true;
    case Tag::number: {
      const std::string_view text = cell.view();
      if (text.empty() || text.back() < '0' || text.back() > '9') return false;  // NaN, Infinity
      out.append(text);
      return true;
    }
    case Tag::text:
      json::write_string(out, cell.view());
      return true;
    case Tag::date:
      return write_quoted(out, [&](char* at) { return format_date(at, cell.integer); });
    case Tag::time:
      return write_quoted(out, [&](char* at) { return format_time(at, cell.integer); });
    case Tag::timestamp:
    case Tag::timestamptz:
      return write_quoted(
          out, [&](char* at) { return format_timestamp(at, cell.integer, cell.tag == Tag::timestamptz); });
    case Tag::uuid:
      return write_quoted(out, [&](char* at) { return format_uuid(at, cell.data); });
    default:
      return false;
  }
}

}  // namespace whimbrel
