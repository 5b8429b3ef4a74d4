#include "pg_ext/nested_literal.h"

#include <string>
#include <vector>

#include "common/error.h"
#include "common/json/reader.h"
#include "common/text/base64.h"
#include "common/text/interval.h"
#include "pg_ext/single_char.h"

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

bool is_document(const ValueShape& shape) {
  return shape.type.kind == ValueKind::json || shape.type.kind == ValueKind::jsonb;
}

// The value of a tag of ours that stands for one text; nullopt for another object. `ok` is false for a broken
// tag.
std::optional<std::string> tag_text(std::string_view object, bool& ok) {
  json::Reader reader(object);
  reader.next();
  if (reader.peek() != Token::key) return std::nullopt;
  reader.next();
  const std::string key(reader.text());
  std::string text;
  if (key == "$json") {
    text = reader.raw_value();
  } else if (key == "$bytes") {
    std::string bytes;
    ok = reader.next() == Token::string && decode_base64(reader.text(), bytes);
    text = "\\x";
    constexpr char kHex[] = "0123456789abcdef";
    for (const char c : bytes) {
      text += kHex[static_cast<unsigned char>(c) >> 4];
      text += kHex[static_cast<unsigned char>(c) & 15];
    }
  } else if (key == "$num" || key == "$jsontext") {
    ok = reader.next() == Token::string;
    text = ok ? reader.text() : std::string_view();
  } else {
    return std::nullopt;
  }
  ok = ok && reader.next() == Token::end_object;
  return text;
}

// The text of an object, which is no list of an array.
bool object_text(json::Buffer& text, std::string_view object, const ValueShape& shape) {
  bool ok = true;
  // A composite value is never a tag: its keys do not begin with one $.
  if (shape.type.kind == ValueKind::composite) return write_nested_literal(text, object, shape);
  if (const auto tagged = tag_text(object, ok)) {
    text.append(*tagged);
    return ok;
  }
  if (shape.type.kind == ValueKind::array) return write_nested_literal(text, object, shape);
  if (!is_document(shape)) return false;
  text.append(object);
  return true;
}

// One element or attribute that is not null and not a list of an array itself.
bool append_part(json::Buffer& out, json::Reader& reader, const ValueShape& shape) {
  json::Buffer text;
  switch (reader.peek()) {
    case Token::begin_object:
      if (!object_text(text, std::string(reader.raw_value()), shape)) return false;
      break;
    case Token::begin_array: {
      const std::string raw(reader.raw_value());
      if (shape.type.kind == ValueKind::array) {
        if (!write_nested_literal(text, raw, shape)) return false;
      } else if (is_document(shape)) {
        text.append(raw);
      } else {
        return false;
      }
      break;
    }
    case Token::string: {
      if (is_document(shape)) {
        text.append(reader.raw_value());
        break;
      }
      reader.next();
      if (reader.text().find('\0') != std::string_view::npos) return false;
      append_input_text(text, reader.text(), shape.type.kind);
      break;
    }
    case Token::number:
      reader.next();
      out.append(reader.text());
      return true;
    case Token::true_value:
    case Token::false_value:
      out.append(reader.next() == Token::true_value ? "true" : "false");
      return true;
    default:
      return false;
  }
  append_quoted(out, text.view());
  return true;
}

bool append_list(json::Buffer& out, json::Reader& reader, const ValueShape& shape) {
  out.append('{');
  for (bool first = true; reader.peek() != Token::end_array; first = false) {
    if (!first) out.append(shape.type.delimiter);
    if (reader.peek() == Token::begin_array) {
      reader.next();
      if (!append_list(out, reader, shape)) return false;
    } else if (reader.peek() == Token::null) {
      reader.next();
      out.append("NULL");
    } else if (!append_part(out, reader, *shape.element)) {
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

bool read_bound(std::string_view text, long& bound) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bound);
  return error == std::errc() && end == text.data() + text.size() && bound >= PG_INT32_MIN &&
         bound <= PG_INT32_MAX;
}

// {"$array":{"lower":[5],"values":[7,8]}}
bool append_bounded(json::Buffer& out, json::Reader& reader, const ValueShape& shape) {
  if (reader.next() != Token::key || reader.text() != "$array" || reader.next() != Token::begin_object)
    return false;
  std::vector<long> lower;
  std::string values;
  for (Token next = reader.next(); next == Token::key; next = reader.next()) {
    if (reader.text() == "lower") {
      if (reader.next() != Token::begin_array) return false;
      while (reader.next() == Token::number)
        if (!read_bound(reader.text(), lower.emplace_back())) return false;
    } else if (reader.text() == "values") {
      values = reader.raw_value();
    } else {
      return false;
    }
  }
  if (lower.size() > MAXDIM || values.empty()) return false;
  const std::vector<long> sizes = list_sizes(values, lower.size());
  if (sizes.size() != lower.size()) return false;
  for (std::size_t d = 0; d < lower.size(); ++d)
    out.append("[" + std::to_string(lower[d]) + ":" + std::to_string(lower[d] + sizes[d] - 1) + "]");
  if (!lower.empty()) out.append('=');
  json::Reader list(values);
  return list.next() == Token::begin_array && append_list(out, list, shape);
}

bool append_record(json::Buffer& out, json::Reader& reader, const ValueShape& shape) {
  const std::span<const ShapeAttribute> attributes(shape.attributes, shape.attribute_count);
  std::vector<std::string> texts(attributes.size());
  std::vector<bool> seen(attributes.size());
  for (Token next = reader.next(); next == Token::key; next = reader.next()) {
    std::string_view name = reader.text();
    const std::string key(name);
    name = key;
    const bool escaped = key.starts_with("$$");
    if (escaped) name.remove_prefix(1);
    std::size_t index = 0;
    while (index < attributes.size() && (name != attributes[index].name || key_is_escaped(name) != escaped))
      ++index;
    if (index == attributes.size())
      throw Error(code::kWrongType, "composite value has an attribute \"" + key + "\", which its type lacks");
    if (seen[index]) throw Error(code::kWrongType, "composite value has its attribute \"" + key + "\" twice");
    seen[index] = true;
    if (reader.peek() == Token::null) {
      reader.next();
      continue;
    }
    json::Buffer text;
    if (!append_part(text, reader, attributes[index].shape)) return false;
    texts[index] = text.view();
  }
  out.append('(');
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (i > 0) out.append(',');
    out.append(texts[i]);
  }
  out.append(')');
  return true;
}

}  // namespace

bool write_nested_literal(json::Buffer& out, std::string_view json, const ValueShape& shape) {
  json::Reader reader(json);
  const Token token = reader.next();
  if (shape.type.kind == ValueKind::composite)
    return token == Token::begin_object && append_record(out, reader, shape);
  if (shape.type.kind != ValueKind::array) return false;
  if (token == Token::begin_array) return append_list(out, reader, shape);
  return token == Token::begin_object && append_bounded(out, reader, shape);
}

void append_input_text(json::Buffer& out, std::string_view text, ValueKind kind) {
  if (kind == ValueKind::interval) {
    if (const auto interval = parse_interval(text)) {
      out.set_end(format_verbose_interval(out.reserve(kMaxIntervalText), *interval));
      return;
    }
  } else if (kind == ValueKind::single_char) {
    if (const auto byte = parse_single_char(text)) {
      if (*byte != 0) out.append(*byte);
      return;
    }
  }
  out.append(text);
}

}  // namespace whimbrel::pg
