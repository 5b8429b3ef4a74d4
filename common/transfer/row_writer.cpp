#include "common/transfer/row_writer.h"

#include <cmath>
#include <cstring>

#include "common/error.h"
#include "common/json/surrogates.h"
#include "common/text/ascii.h"
#include "common/text/base64.h"
#include "common/text/datetime.h"
#include "common/text/digits.h"
#include "common/text/uuid.h"
#include "common/transfer/integer_places.h"

namespace whimbrel {

namespace {

// What a value without a size of its own may take, quotes included.
constexpr std::size_t kFixedValue = kMaxDateTimeText + 2;

// Copies a short constant piece. Reads and writes up to 16 bytes beyond its end: both sides have that room.
inline char* put_piece(char* at, const char* piece, std::uint32_t size) {
  std::memcpy(at, piece, 16);
  if (size > 16) std::memcpy(at + 16, piece + 16, size - 16);
  return at + size;
}

inline char* put(char* at, std::string_view text) {
  std::memcpy(at, text.data(), text.size());
  return at + text.size();
}

std::size_t skip_space(std::string_view text, std::size_t from) {
  while (from < text.size() && is_json_space(text[from])) ++from;
  return from;
}

// Whether a reader could take the document for one of our tags: an object whose first key begins with $ (a
// backslash may be a spelling of it).
bool looks_like_tag(std::string_view document) {
  std::size_t i = skip_space(document, 0);
  if (i >= document.size() || document[i] != '{') return false;
  i = skip_space(document, i + 1);
  return i + 1 < document.size() && document[i] == '"' && (document[i + 1] == '$' || document[i + 1] == '\\');
}

bool is_json_null(std::string_view document) {
  const std::size_t i = skip_space(document, 0);
  return i < document.size() && document[i] == 'n';
}

bool is_json_string(std::string_view document) {
  const std::size_t i = skip_space(document, 0);
  return i < document.size() && document[i] == '"';
}

bool has_line_break(std::string_view text) {
  return std::memchr(text.data(), '\n', text.size()) != nullptr ||
         std::memchr(text.data(), '\r', text.size()) != nullptr;
}

// White space in front of a document or behind it belongs to its text, but not to a value in a row.
bool has_outer_space(std::string_view text) {
  return !text.empty() && (is_json_space(text.front()) || is_json_space(text.back()));
}

}  // namespace

void write_base64_tag(json::Buffer& out, std::string_view tag, std::string_view bytes) {
  char* at = out.reserve(tag.size() + 8 + base64_size(bytes.size()));
  at = put(at, "{\"");
  at = put(at, tag);
  at = put(at, "\":\"");
  at = encode_base64(at, bytes);
  out.set_end(put(at, "\"}"));
}

RowWriter::RowWriter(std::span<const Column> columns, const Style& style)
    : lines_(style.layout == Layout::lines),
      dynamic_(style.dynamic_types),
      quote_large_(style.large_integers_as_text) {
  const bool pretty = style.layout == Layout::pretty;
  json::Buffer text;
  std::vector<std::size_t> ends;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (i == 0) {
      if (lines_) {
        text.append("{\"table\":");
        json::write_string(text, style.table);
        text.append(",\"row\":");
      }
      text.append(pretty ? "{\n      " : "{");
    } else {
      text.append(pretty ? ",\n      " : ",");
    }
    json::write_string(text, columns[i].name);
    text.append(pretty ? ": " : ":");
    ends.push_back(text.size());
  }
  if (columns.empty()) {
    if (lines_) {
      end_ = "{\"table\":";
      json::Buffer name;
      json::write_string(name, style.table);
      end_ += name.view();
      end_ += ",\"row\":";
    }
    end_ += "{";
  }
  end_ += pretty && !columns.empty() ? "\n    }" : "}";
  if (lines_) end_ += "}\n";
  pieces_ = text.view();
  pieces_.append(16, ' ');  // put_piece() reads beyond a piece
  std::size_t begin = 0;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const bool inside = quote_large_ && columns[i].integers != nullptr && columns[i].integers->any();
    steps_.push_back({pieces_.data() + begin, static_cast<std::uint32_t>(ends[i] - begin), columns[i].kind,
                      inside ? columns[i].integers : nullptr});
    fixed_ += ends[i] - begin + kFixedValue;
    begin = ends[i];
  }
  fixed_ += end_.size() + 16;
}

char* RowWriter::put_large_integer(char* at, std::int64_t value, Kind kind) const {
  // In an engine whose columns hold anything, a string there would be text.
  const bool type_tells = !dynamic_ || kind == Kind::integer;
  at = put(at, type_tells ? "\"" : "{\"$num\":\"");
  at = format_integer(at, value);
  return put(at, type_tells ? "\"" : "\"}");
}

void RowWriter::write_real(json::Buffer& out, double value, bool single, Kind kind) const {
  if (std::isfinite(value)) {
    if (single) {
      json::write_real32(out, static_cast<float>(value));
    } else {
      json::write_real(out, value);
    }
    return;
  }
  const std::string_view word = std::isnan(value) ? "\"NaN\"" : value > 0 ? "\"Infinity\"" : "\"-Infinity\"";
  // In an engine whose columns hold anything, a string there would be text.
  const bool type_tells = !dynamic_ && (kind == Kind::real || kind == Kind::numeric);
  if (!type_tells) out.append("{\"$num\":");
  out.append(word);
  if (!type_tells) out.append('}');
}

void RowWriter::write_json(json::Buffer& out, std::string_view document) const {
  if (has_outer_space(document) || (lines_ && has_line_break(document)) ||
      json::has_lone_surrogate(document)) {
    out.append("{\"$jsontext\":");
    json::write_string(out, document);
    out.append('}');
    return;
  }
  const bool wrap =
      looks_like_tag(document) || is_json_null(document) || (dynamic_ && is_json_string(document));
  if (wrap) out.append("{\"$json\":");
  out.append(document);
  if (wrap) out.append('}');
}

void RowWriter::write(json::Buffer& out, const Cell* row) const {
  char* at = out.reserve(fixed_);
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    const Step& step = steps_[i];
    const Cell& cell = row[i];
    at = put_piece(at, step.piece, step.size);
    switch (cell.tag) {
      case Tag::absent:
      case Tag::null:
        at = put(at, "null");
        continue;
      case Tag::boolean:
        at = cell.integer != 0 ? put(at, "true") : put(at, "false");
        continue;
      case Tag::integer:
        if (quote_large_ && (cell.integer > kLargestExactInteger || cell.integer < -kLargestExactInteger))
          at = put_large_integer(at, cell.integer, step.kind);
        else
          at = format_integer(at, cell.integer);
        continue;
      case Tag::date:
        *at++ = '"';
        at = format_date(at, cell.integer);
        *at++ = '"';
        continue;
      case Tag::time:
        *at++ = '"';
        at = format_time(at, cell.integer);
        *at++ = '"';
        continue;
      case Tag::timestamp:
      case Tag::timestamptz:
        *at++ = '"';
        at = format_timestamp(at, cell.integer, cell.tag == Tag::timestamptz);
        *at++ = '"';
        continue;
      case Tag::uuid:
        *at++ = '"';
        at = format_uuid(at, cell.data);
        *at++ = '"';
        continue;
      case Tag::real:
      case Tag::real32:
        out.set_end(at);
        write_real(out, cell.real, cell.tag == Tag::real32, step.kind);
        break;
      case Tag::number: {
        const std::string_view text = cell.view();
        const bool word = text.empty() || text.back() < '0' || text.back() > '9';
        out.set_end(at);
        if (word) out.append('"');
        out.append(text);
        if (word) out.append('"');
        break;
      }
      case Tag::text:
        out.set_end(at);
        json::write_string(out, cell.view());
        break;
      case Tag::odd_text:
        out.set_end(at);
        write_base64_tag(out, "$text", cell.view());
        break;
      case Tag::bytes:
        out.set_end(at);
        write_base64_tag(out, "$bytes", cell.view());
        break;
      case Tag::json:
        out.set_end(at);
        write_json(out, cell.view());
        break;
      case Tag::encoded:
        out.set_end(at);
        if (step.integers != nullptr)
          quote_large_integers(out, cell.view(), *step.integers);
        else
          out.append(cell.view());
        break;
      case Tag::hashed:
        throw Error(code::kInternal, "a value of which only the hash is known cannot be written");
    }
    at = out.reserve(fixed_);
  }
  out.set_end(put(at, end_));
}

}  // namespace whimbrel
