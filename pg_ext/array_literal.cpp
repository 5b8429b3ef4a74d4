#include "pg_ext/array_literal.h"

#include <string>
#include <vector>

#include "common/json/reader.h"
#include "common/text/base64.h"

namespace whimbrel::pg {

namespace {

using json::Token;

void append_quoted(json::Buffer& out, std::string_view text) {
  out.append('"');
  for (const char c : text) {
    if (c == '"' || c == '\\') out.append('\\');
    out.append(c);
  }
  out.append('"');
}

// An element that is an object: a tagged value, or a document as it is (json[] and jsonb[]).
bool append_object(json::Buffer& out, std::string_view object) {
  json::Reader reader(object);
  reader.next();
  if (reader.peek() == Token::key) {
    reader.next();
    const std::string key(reader.text());
    if (key == "$json") {
      append_quoted(out, reader.raw_value());
      return reader.next() == Token::end_object;
    }
    if (key == "$bytes") {
      std::string bytes;
      if (reader.next() != Token::string || !decode_base64(reader.text(), bytes)) return false;
      std::string hex = "\\x";
      constexpr char kHex[] = "0123456789abcdef";
      for (const char c : bytes) {
        hex += kHex[static_cast<unsigned char>(c) >> 4];
        hex += kHex[static_cast<unsigned char>(c) & 15];
      }
      append_quoted(out, hex);
      return reader.next() == Token::end_object;
    }
    if (key == "$num" || key == "$jsontext") {
      if (reader.next() != Token::string) return false;
      append_quoted(out, reader.text());
      return reader.next() == Token::end_object;
    }
    if (key.starts_with('$')) return false;
  }
  append_quoted(out, object);
  return true;
}

bool append_list(json::Buffer& out, json::Reader& reader, char delimiter) {
  out.append('{');
  for (bool first = true;; first = false) {
    const Token token = reader.peek();
    if (token == Token::end_array) break;
    if (!first) out.append(delimiter);
    switch (token) {
      case Token::begin_array:
        reader.next();
        if (!append_list(out, reader, delimiter)) return false;
        break;
      case Token::begin_object:
        if (!append_object(out, std::string(reader.raw_value()))) return false;
        break;
      case Token::string:
        reader.next();
        if (reader.text().find('\0') != std::string_view::npos) return false;
        append_quoted(out, reader.text());
        break;
      case Token::number:
        reader.next();
        out.append(reader.text());
        break;
      case Token::true_value:
      case Token::false_value:
        out.append(reader.next() == Token::true_value ? "true" : "false");
        break;
      case Token::null:
        reader.next();
        out.append("NULL");
        break;
      default:
        return false;
    }
  }
  reader.next();
  out.append('}');
  return true;
}

// How many elements the lists hold from the outside in: what the upper bounds follow from.
std::vector<long> list_sizes(std::string_view values, std::size_t dimensions) {
  std::vector<long> sizes(dimensions, 0);
  json::Reader reader(values);
  for (std::size_t d = 0; d < dimensions; ++d) {
    if (reader.next() != Token::begin_array) return {};
    json::Reader counter(values.substr(static_cast<std::size_t>(reader.position().offset)));
    counter.next();
    // Only the first list of each dimension is counted; array_in() refuses lists of different lengths.
    while (counter.peek() != Token::end_array) {
      counter.skip_value();
      ++sizes[d];
    }
  }
  return sizes;
}

}  // namespace

bool write_array_literal(json::Buffer& out, std::string_view text, char delimiter) {
  json::Reader reader(text);
  const Token token = reader.next();
  if (token == Token::begin_array) return append_list(out, reader, delimiter);
  if (token != Token::begin_object || reader.next() != Token::key || reader.text() != "$array" ||
      reader.next() != Token::begin_object)
    return false;
  std::vector<long> lower;
  std::string values;
  for (Token next = reader.next(); next == Token::key; next = reader.next()) {
    if (reader.text() == "lower") {
      if (reader.next() != Token::begin_array) return false;
      while (reader.next() == Token::number) lower.push_back(std::stol(std::string(reader.text())));
    } else if (reader.text() == "values") {
      values = reader.raw_value();
    } else {
      return false;
    }
  }
  if (lower.empty() || lower.size() > 6 || values.empty()) return false;
  const std::vector<long> sizes = list_sizes(values, lower.size());
  if (sizes.size() != lower.size()) return false;
  for (std::size_t d = 0; d < lower.size(); ++d)
    out.append("[" + std::to_string(lower[d]) + ":" + std::to_string(lower[d] + sizes[d] - 1) + "]");
  out.append('=');
  json::Reader list(values);
  return list.next() == Token::begin_array && append_list(out, list, delimiter);
}

}  // namespace whimbrel::pg
