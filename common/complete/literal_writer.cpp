#include "common/complete/literal_writer.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>

#include "common/complete/sqlite_real.h"
#include "common/error.h"
#include "common/text/datetime.h"
#include "common/text/digits.h"
#include "common/text/utf8.h"
#include "common/text/uuid.h"

namespace whimbrel {

namespace {

constexpr std::size_t kFixedValue = kMaxDateTimeText + 8;

char* put(char* at, std::string_view text) {
  std::memcpy(at, text.data(), text.size());
  return at + text.size();
}

// "2026-11-20T18:00:00Z" as both engines print it themselves.
char* put_timestamp(char* at, std::int64_t value, bool zone) {
  char text[kMaxDateTimeText];
  const char* const end = format_timestamp(text, value, zone);
  for (const char* c = text; c != end; ++c) {
    if (*c == 'T')
      *at++ = ' ';
    else if (*c == 'Z')
      at = put(at, "+00");
    else
      *at++ = *c;
  }
  return at;
}

bool is_finite_moment(std::int64_t value) { return value != kInfinity && value != kNegativeInfinity; }

void write_hex(json::Buffer& out, std::string_view bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  char* at = out.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    *at++ = kDigits[byte >> 4];
    *at++ = kDigits[byte & 15];
  }
  out.set_end(at);
}

char* put_number(char* at, const Cell& cell) {
  const bool single = cell.tag == Tag::real32;
  return (single ? std::to_chars(at, at + kFixedValue, static_cast<float>(cell.real))
                 : std::to_chars(at, at + kFixedValue, cell.real))
      .ptr;
}

}  // namespace

SqlEngine sql_engine_of(std::string_view engine) {
  return engine == "sqlite" ? SqlEngine::sqlite : SqlEngine::postgresql;
}

void write_quoted(json::Buffer& out, std::string_view text) {
  char* at = out.reserve(text.size() + 2);
  *at++ = '\'';
  for (;;) {
    const void* const quote = text.empty() ? nullptr : std::memchr(text.data(), '\'', text.size());
    if (quote == nullptr) break;
    const auto size = static_cast<std::size_t>(static_cast<const char*>(quote) - text.data()) + 1;
    at = put(at, text.substr(0, size));
    text.remove_prefix(size);
    out.set_end(at);
    at = out.reserve(text.size() + 2);
    *at++ = '\'';
  }
  at = text.empty() ? at : put(at, text);
  *at++ = '\'';
  out.set_end(at);
}

void LiteralWriter::write_string(json::Buffer& out, std::string_view text) const {
  constexpr std::string_view kLineEnd = "\r\n";
  if (engine_ != SqlEngine::sqlite || text.find(kLineEnd) == std::string_view::npos)
    return write_quoted(out, text);
  std::string mark = "\\r";
  for (unsigned i = 1; text.find(mark) != std::string_view::npos; ++i) mark = "\\r" + std::to_string(i);
  std::string marked;
  for (std::size_t end = text.find(kLineEnd); end != std::string_view::npos; end = text.find(kLineEnd)) {
    marked.append(text.substr(0, end)).append(mark).append("\n");
    text.remove_prefix(end + kLineEnd.size());
  }
  out.append(std::string_view("replace("));
  write_quoted(out, marked.append(text));
  out.append(",'" + mark + "',char(13))");
}

void LiteralWriter::write_row(json::Buffer& out, const Cell* row) const {
  out.append('(');
  bool first = true;
  for (const Source& source : sources_) {
    if (!first) out.append(std::string_view(", "));
    first = false;
    write(out, row[source.cell], source.form);
  }
  out.append(')');
}

void LiteralWriter::write(json::Buffer& out, const Cell& cell, Form form) const {
  const bool sqlite = engine_ == SqlEngine::sqlite;
  char* at = out.reserve(kFixedValue);
  switch (cell.tag) {
    case Tag::absent:
    case Tag::null:
      at = put(at, "NULL");
      break;
    case Tag::boolean:
      at = sqlite ? put(at, cell.integer != 0 ? "1" : "0") : put(at, cell.integer != 0 ? "true" : "false");
      break;
    case Tag::integer:
      at = format_integer(at, cell.integer);
      break;
    case Tag::date:
    case Tag::time:
    case Tag::timestamp:
    case Tag::timestamptz:
      *at++ = '\'';
      if (cell.tag == Tag::date)
        at = format_date(at, cell.integer);
      else if (cell.tag == Tag::time)
        at = format_time(at, cell.integer);
      else if (is_finite_moment(cell.integer))
        at = put_timestamp(at, cell.integer, cell.tag == Tag::timestamptz);
      else
        at = format_timestamp(at, cell.integer, false);
      *at++ = '\'';
      break;
    case Tag::uuid:
      *at++ = '\'';
      at = format_uuid(at, cell.data);
      *at++ = '\'';
      break;
    case Tag::real:
    case Tag::real32:
      write_real(out, cell);
      return;
    case Tag::number: {
      const std::string_view text = cell.view();
      const bool bare = !text.empty() && text.back() >= '0' && text.back() <= '9';
      if (bare)
        out.append(text);
      else
        write_quoted(out, text);
      return;
    }
    case Tag::text:
      write_text(out, cell.view(), form);
      return;
    case Tag::json:
      write_string(out, cell.view());
      return;
    case Tag::odd_text:
      write_odd_text(out, cell.view());
      return;
    case Tag::bytes:
      write_bytes(out, cell.view());
      return;
    case Tag::encoded:
    case Tag::hashed:
      throw Error(code::kInternal, "a structured value without its text cannot be written as SQL");
  }
  out.set_end(at);
}

void LiteralWriter::write_real(json::Buffer& out, const Cell& cell) const {
  const double value = cell.real;
  char* at = out.reserve(std::max(kFixedValue, kMaxSqliteReal));
  if (engine_ == SqlEngine::sqlite) {
    at = put_sqlite_real(at, value);
  } else if (!std::isfinite(value)) {
    at = put(at, std::isnan(value) ? "'NaN'" : value > 0 ? "'Infinity'" : "'-Infinity'");
  } else if (value == 0 && std::signbit(value)) {
    at = put(at, "'-0'");  // bare it would be a numeric, which has no sign there
  } else {
    at = put_number(at, cell);
  }
  out.set_end(at);
}

void LiteralWriter::write_text(json::Buffer& out, std::string_view text, Form form) const {
  if (form == Form::bits) out.append('B');
  if (form == Form::single_char && text.size() == 4) {
    int byte = 0;
    for (const char c : text.substr(1)) byte = byte * 8 + (c - '0');
    char number[8];
    const char* const end = std::to_chars(number, number + sizeof number, byte < 128 ? byte : byte - 256).ptr;
    out.append(std::string_view("CAST("));
    out.append(std::string_view(number, static_cast<std::size_t>(end - number)));
    out.append(std::string_view(" AS \"char\")"));
    return;
  }
  write_string(out, text);
}

// No string literal holds a NUL. Bytes that are no UTF-8 are only in databases where a text is its bytes.
void LiteralWriter::write_odd_text(json::Buffer& out, std::string_view text) const {
  if (find_invalid_utf8(text) != kValidUtf8) {
    out.append(std::string_view("CAST("));
    write_bytes(out, text);
    out.append(std::string_view(" AS TEXT)"));
    return;
  }
  out.append('(');
  for (;;) {
    const std::size_t nul = text.find('\0');
    write_string(out, text.substr(0, nul));
    if (nul == std::string_view::npos) break;
    out.append(std::string_view(" || char(0) || "));
    text.remove_prefix(nul + 1);
  }
  out.append(')');
}

void LiteralWriter::write_bytes(json::Buffer& out, std::string_view bytes) const {
  out.append(std::string_view(engine_ == SqlEngine::sqlite ? "x'" : "'\\x"));
  write_hex(out, bytes);
  out.append('\'');
}

}  // namespace whimbrel
