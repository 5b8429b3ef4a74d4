#include "sqlite_ext/bind_cell.h"

#include <charconv>
#include <cmath>
#include <cstring>
#include <string>

#include "common/error.h"
#include "common/move/stored_value.h"
#include "common/text/ascii.h"
#include "common/text/datetime.h"
#include "common/text/uuid.h"
#include "common/transfer/decimal.h"
#include "sqlite_ext/fault.h"

namespace whimbrel::sqlite {

namespace {

constexpr std::size_t kLongestReal = 32;  // the shortest text of a double

std::string_view formatted(Arena& scratch, std::size_t room, auto format) {
  char* at = scratch.allocate(room);
  return {at, static_cast<std::size_t>(format(at) - at)};
}

// The digits that tell the double from others, and none behind them.
char* format_real(char* at, double value) {
  constexpr double kExact = 9007199254740992.0;  // 2^53
  if (std::fabs(value) < kExact) return std::to_chars(at, at + kLongestReal, value).ptr;
  return std::to_chars(at, at + kLongestReal, value, std::chars_format::scientific).ptr;
}

}  // namespace

int Binder::bind_formatted(int parameter, const Cell& cell, bool text_column) {
  switch (cell.tag) {
    case Tag::real:
      return bind_real(parameter, cell.real, text_column);
    case Tag::real32:
      return bind_real(parameter, move::widen_float(cell.real), text_column);
    case Tag::number:
      return text_column ? bind_text(parameter, cell.view()) : bind_number(parameter, cell.view());
    case Tag::bytes:
      // A null pointer would bind NULL.
      return sqlite3_bind_blob(statement_, parameter, cell.size == 0 ? "" : cell.data,
                               static_cast<int>(cell.size), SQLITE_STATIC);
    case Tag::date:
      return bind_text(parameter, formatted(scratch_, kMaxDateTimeText,
                                            [&](char* at) { return format_date(at, cell.integer); }));
    case Tag::time:
      return bind_text(parameter, formatted(scratch_, kMaxDateTimeText,
                                            [&](char* at) { return format_time(at, cell.integer); }));
    case Tag::timestamp:
    case Tag::timestamptz:
      return bind_text(parameter, formatted(scratch_, kMaxDateTimeText, [&](char* at) {
                         return move::format_moment(at, cell.integer, cell.tag == Tag::timestamptz);
                       }));
    case Tag::uuid:
      return bind_text(parameter,
                       formatted(scratch_, 36, [&](char* at) { return format_uuid(at, cell.data); }));
    default:
      throw Error(code::kInternal, "a value of an unknown kind cannot be bound");
  }
}

int Binder::bind_real(int parameter, double value, bool text_column) {
  // SQLite would store NULL.
  if (std::isnan(value)) return bind_text(parameter, "NaN");
  // SQLite would write 15 digits, and Inf.
  if (text_column && std::isinf(value)) return bind_text(parameter, value > 0 ? "Infinity" : "-Infinity");
  if (text_column)
    return bind_text(parameter,
                     formatted(scratch_, kLongestReal, [&](char* at) { return format_real(at, value); }));
  return sqlite3_bind_double(statement_, parameter, value);
}

bool Binder::says_the_same(std::string_view number, double real) {
  const std::string_view exact = formatted(scratch_, encoded_number_size(number.size()),
                                           [&](char* at) { return encode_number(at, number, true); });
  return exact == formatted(scratch_, encoded_number_size(kLongestReal),
                            [&](char* at) { return encode_real(at, real); });
}

int Binder::bind_number(int parameter, std::string_view number) {
  std::int64_t integer = 0;
  const char* end = number.data() + number.size();
  if (const auto parsed = std::from_chars(number.data(), end, integer);
      parsed.ec == std::errc() && parsed.ptr == end)
    return sqlite3_bind_int64(statement_, parameter, integer);
  double real = 0;
  const auto parsed = std::from_chars(number.data(), end, real);
  if (parsed.ec == std::errc() && parsed.ptr == end && std::isfinite(real) && says_the_same(number, real))
    return sqlite3_bind_double(statement_, parameter, real);
  return bind_text(parameter, number);
}

void Binder::fail(int result) { throw make_error(sqlite3_db_handle(statement_), result); }

}  // namespace whimbrel::sqlite
