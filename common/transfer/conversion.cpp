#include "common/transfer/conversion.h"

#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>

#include "common/error.h"
#include "common/error_text.h"
#include "common/json/surrogates.h"
#include "common/json/writer.h"
#include "common/move/converted_value.h"
#include "common/text/ascii.h"
#include "common/text/base64.h"
#include "common/text/datetime.h"
#include "common/text/mend.h"
#include "common/text/utf8.h"
#include "common/text/uuid.h"
#include "common/transfer/decimal.h"

namespace whimbrel {

namespace {

using json::Token;

std::string_view wanted(Kind kind) {
  switch (kind) {
    case Kind::boolean:
      return "a boolean";
    case Kind::integer:
      return "an integer";
    case Kind::real:
      return "a floating point number";
    case Kind::numeric:
      return "a number";
    case Kind::text:
      return "text";
    case Kind::bytes:
      return "bytes";
    case Kind::date:
      return "a date";
    case Kind::time:
      return "a time";
    case Kind::timestamp:
      return "a timestamp";
    case Kind::timestamptz:
      return "a timestamp with time zone";
    case Kind::uuid:
      return "a uuid";
    case Kind::json:
    case Kind::jsonb:
      return "a JSON document";
    case Kind::array:
      return "an array";
    case Kind::composite:
      return "an object by attribute";
    default:
      return "a value of the column's type";
  }
}

// `value` as it stands in the document, strings with their quotes.
Misfit wrong_type(std::string_view value, const ColumnReading& reading) {
  return {code::kWrongType, excerpt(value) + " is not " + std::string(wanted(reading.kind))};
}

Misfit wrong_string(std::string_view text, const ColumnReading& reading) {
  return wrong_type("\"" + std::string(text.substr(0, 80)) + "\"", reading);
}

bool is_infinity_word(std::string_view text) { return text == "Infinity" || text == "-Infinity"; }

bool is_number_word(std::string_view text) { return text == "NaN" || is_infinity_word(text); }

Cell infinity_cell(std::string_view word) {
  const double infinity = std::numeric_limits<double>::infinity();
  return Cell::real_of(word[0] == '-' ? -infinity : infinity);
}

// The number words of a column for floating point numbers or decimals.
bool convert_word(std::string_view text, const ColumnReading& reading, Cell& cell) {
  const bool nan = text == "NaN";
  if (!is_number_word(text)) return false;
  if (reading.kind == Kind::numeric && !reading.dynamic) {
    cell = Cell::of(Tag::number, std::string_view(nan ? "NaN" : text[0] == '-' ? "-Infinity" : "Infinity"));
  } else {
    cell = nan ? Cell::real_of(std::numeric_limits<double>::quiet_NaN()) : infinity_cell(text);
  }
  return true;
}

template <typename Value>
std::optional<Value> parse_number(std::string_view text) {
  Value value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// Whether the text is what a double prints: then it was one.
bool is_shortest(std::string_view text, double value) {
  json::Buffer printed;
  json::write_real(printed, value);
  return printed.view() == text;
}

std::string mended(std::string_view text, BadText how) {
  return mend_text(text, how == BadText::replace ? std::string_view("\xEF\xBF\xBD") : std::string_view());
}

Cell whole_value(Tag tag, std::string_view raw, const Hash* hash, Arena& arena) {
  if (hash == nullptr) return Cell::of(tag, arena.copy(raw));
  return Cell::of(Tag::hashed, arena.copy({reinterpret_cast<const char*>(hash), sizeof *hash}));
}

// A document, in a column that has room for it: jsonb has none for some characters, even as escapes.
Misfit convert_whole_document(std::string_view text, const ColumnReading& reading, Arena& arena, Cell& cell,
                              const Hash* hash = nullptr) {
  const bool strict = reading.kind == Kind::jsonb && !reading.dynamic && !reading.may_hold_nul;
  const std::size_t at = strict ? json::find_unfit_escape(text) : std::string_view::npos;
  if (at == std::string_view::npos) {
    cell = whole_value(Tag::json, text, hash, arena);
    return {};
  }
  if (reading.bad_text == BadText::error)
    return {code::kInvalidText, "a document with the escape " + std::string(text.substr(at, 6)) +
                                    " at byte " + std::to_string(at + 1) + ", which jsonb cannot hold"};
  const bool replace = reading.bad_text == BadText::replace;
  cell = Cell::of(Tag::json, arena.copy(json::without_unfit_escapes(text, replace ? "\\ufffd" : "")));
  return {};
}

Misfit convert_text(std::string_view text, const ColumnReading& reading, Arena& arena, Cell& cell) {
  if (std::memchr(text.data(), '\0', text.size()) != nullptr) {
    if (!reading.may_hold_nul && reading.bad_text != BadText::error) {
      cell = Cell::text(arena.copy(mended(text, reading.bad_text)));
      return {};
    }
    if (!reading.may_hold_nul) {
      return {code::kInvalidText, "text with a NUL character at byte " + std::to_string(text.find('\0') + 1) +
                                      ", which this database cannot hold"};
    }
    cell = Cell::of(Tag::odd_text, arena.copy(text));
    return {};
  }
  cell = Cell::text(arena.copy(text));
  return {};
}

// A string that stands for a date, a time, a point in time or a uuid; false when it does not.
bool convert_formatted(std::string_view text, Kind kind, Arena& arena, Cell& cell) {
  switch (kind) {
    case Kind::date:
      if (const auto days = parse_date(text)) {
        cell = Cell::of(Tag::date, *days);
        return true;
      }
      return false;
    case Kind::time:
      if (const auto microseconds = parse_time(text)) {
        cell = Cell::of(Tag::time, *microseconds);
        return true;
      }
      return false;
    case Kind::timestamp:
    case Kind::timestamptz:
      if (const auto parsed = parse_timestamp(text)) {
        cell = Cell::of(kind == Kind::timestamp ? Tag::timestamp : Tag::timestamptz, parsed->microseconds);
        return true;
      }
      return false;
    case Kind::uuid: {
      char bytes[16];
      if (!parse_uuid(text, bytes)) return false;
      cell = Cell::of(Tag::uuid, arena.copy({bytes, sizeof bytes}));
      return true;
    }
    default:
      return false;
  }
}

// An integer in a string: so are large ones written with numbers:"string".
std::optional<std::int64_t> integer_in(std::string_view text) {
  const auto value = parse_number<std::int64_t>(text);
  const bool padded = text.starts_with("-0") || (text.size() > 1 && text.starts_with('0'));
  return padded ? std::nullopt : value;
}

Misfit convert_integer(std::int64_t value, std::string_view text, const ColumnReading& reading, Cell& cell) {
  if (value < reading.lowest || value > reading.highest)
    return {code::kWrongType, excerpt(text) + " is out of the column's range"};
  cell = Cell::integer_of(value);
  return {};
}

// Text in a column that was made for more than text.
bool widen_string(std::string_view text, const ColumnReading& reading, Arena& arena, Cell& cell) {
  switch (reading.kind) {
    case Kind::boolean: {
      bool value = false;
      if (!move::reads_as_boolean(text, value)) return false;
      cell = Cell::boolean(value);
      return true;
    }
    case Kind::numeric:
      if (!is_number_text(text)) return false;
      cell = Cell::of(Tag::number, arena.copy(text));
      return true;
    case Kind::bytes:
      cell = Cell::of(Tag::bytes, arena.copy(text));
      return true;
    default:
      return false;
  }
}

// A number in a column of text, or of points in time: by its magnitude, as the column was decided.
bool widen_number(std::string_view text, bool is_integer, const ColumnReading& reading, Arena& arena,
                  Cell& cell) {
  if (reading.kind == Kind::text) {
    cell = Cell::text(arena.copy(text));
    return true;
  }
  const auto value = is_integer ? parse_number<std::int64_t>(text) : std::nullopt;
  if (reading.kind != Kind::timestamptz || !value) return false;
  const auto moment = move::epoch_moment(*value);
  if (moment) cell = Cell::of(Tag::timestamptz, *moment);
  return moment.has_value();
}

// A document in a column that was made for what is none, too: its text.
bool widen_document(std::string_view document, const ColumnReading& reading, Arena& arena, Cell& cell) {
  if (!reading.widened || (reading.kind != Kind::text && reading.kind != Kind::bytes)) return false;
  cell = Cell::of(reading.kind == Kind::text ? Tag::text : Tag::bytes, arena.copy(document));
  return true;
}

Misfit convert_number(std::string_view text, bool is_integer, const ColumnReading& reading, Arena& arena,
                      Cell& cell);

Misfit convert_string(std::string_view text, const ColumnReading& reading, Arena& arena, Cell& cell) {
  if (reading.dynamic) {
    if (reading.source_kind == Kind::integer || reading.kind == Kind::integer)
      if (const auto value = integer_in(text)) return convert_integer(*value, text, reading, cell);
    // A column for numbers would make one of it, in its own way.
    if ((reading.kind == Kind::numeric || reading.kind == Kind::real) && !reading.keeps_text() &&
        is_number_text(text) && !is_number_word(text)) {
      cell = Cell::of(Tag::number, arena.copy(text));
      return {};
    }
    // Only a typed engine's document tells that a string means a time; another engine's text stays as it is.
    if (!reading.source_dynamic) {
      const Kind kind = reading.source_kind;
      if ((kind == Kind::real || kind == Kind::numeric) && is_infinity_word(text)) {
        cell = infinity_cell(text);
        return {};
      }
      if (kind != Kind::uuid && convert_formatted(text, kind, arena, cell)) return {};
    }
    return convert_text(text, reading, arena, cell);
  }
  if (reading.widened && widen_string(text, reading, arena, cell)) return {};
  switch (reading.kind) {
    case Kind::any:
    case Kind::text:
    case Kind::array:
    case Kind::composite:
    case Kind::other:
      return convert_text(text, reading, arena, cell);
    case Kind::integer:
      if (const auto value = integer_in(text)) return convert_integer(*value, text, reading, cell);
      return wrong_string(text, reading);
    case Kind::real:
    case Kind::numeric:
      if (convert_word(text, reading, cell)) return {};
      // As who keeps decimals as text writes them.
      if (is_number_text(text) && !is_number_word(text))
        return convert_number(text, integer_in(text).has_value(), reading, arena, cell);
      return wrong_string(text, reading);
    case Kind::date:
    case Kind::time:
    case Kind::timestamp:
    case Kind::timestamptz:
    case Kind::uuid:
      if (convert_formatted(text, reading.kind, arena, cell)) return {};
      return wrong_string(text, reading);
    case Kind::json:
    case Kind::jsonb:
      // Text in such a column of an engine with dynamic types: only a document can go on as one.
      if (!json::is_valid(text) && !json::is_valid(json::without_lone_surrogates(text)))
        return wrong_string(text, reading);
      return convert_whole_document(text, reading, arena, cell);
    default:
      return wrong_string(text, reading);
  }
}

Misfit convert_dynamic_number(std::string_view text, bool is_integer, const ColumnReading& reading,
                              Arena& arena, Cell& cell) {
  if (is_integer) {
    if (const auto value = parse_number<std::int64_t>(text)) {
      cell = Cell::integer_of(*value);
      return {};
    }
  } else if (reading.source_dynamic || reading.source_kind != Kind::numeric) {
    const auto value = parse_number<double>(text);
    if (value && (reading.source_kind == Kind::real || is_shortest(text, *value))) {
      cell = Cell::real_of(*value);
      return {};
    }
  }
  cell = Cell::of(Tag::number, arena.copy(text));
  return {};
}

Misfit convert_number(std::string_view text, bool is_integer, const ColumnReading& reading, Arena& arena,
                      Cell& cell) {
  if (reading.dynamic) return convert_dynamic_number(text, is_integer, reading, arena, cell);
  if (reading.widened && widen_number(text, is_integer, reading, arena, cell)) return {};
  switch (reading.kind) {
    case Kind::integer: {
      const auto value = is_integer ? parse_number<std::int64_t>(text) : std::nullopt;
      if (value && *value >= reading.lowest && *value <= reading.highest) {
        cell = Cell::integer_of(*value);
        return {};
      }
      if (!is_integer) return wrong_type(text, reading);
      return {code::kWrongType, excerpt(text) + " is out of the column's range"};
    }
    case Kind::real: {
      std::optional<double> value;
      if (reading.single) {
        if (const auto single = parse_number<float>(text)) value = *single;
      } else {
        value = parse_number<double>(text);
      }
      if (!value) return {code::kWrongType, excerpt(text) + " is out of the column's range"};
      cell = Cell::real_of(*value);
      if (reading.single) cell.tag = Tag::real32;
      return {};
    }
    case Kind::numeric:
      cell = Cell::of(Tag::number, arena.copy(text));
      return {};
    case Kind::boolean:
      if (text != "0" && text != "1") return wrong_type(text, reading);
      cell = Cell::boolean(text == "1");
      return {};
    case Kind::other:
      cell = Cell::text(arena.copy(text));
      return {};
    case Kind::any:
      return convert_dynamic_number(text, is_integer, reading, arena, cell);
    default:
      return wrong_type(text, reading);
  }
}

// The one member of an object that is a tag of ours.
struct TagMember {
  std::string name;  // "$bytes"
  bool is_string = false;
  std::string text;      // of a string
  std::string_view raw;  // of any value
};

bool begins_like_tag(std::string_view raw) {
  std::size_t i = 1;
  while (i < raw.size() && is_json_space(raw[i])) ++i;
  return i + 1 < raw.size() && raw[i] == '"' && (raw[i + 1] == '$' || raw[i + 1] == '\\');
}

// The only member of `raw`, an object, when its name is one of our tags.
std::optional<TagMember> read_tag(std::string_view raw) {
  if (!begins_like_tag(raw)) return std::nullopt;
  TagMember member;
  json::Reader reader(raw);
  reader.next();
  if (reader.next() != Token::key) return std::nullopt;
  member.name = reader.text();
  bool known = false;
  for (std::string_view tag : {"$bytes", "$text", "$num", "$array", "$json", "$jsontext", "$secret"}) {
    known = known || member.name == tag;
  }
  if (!known) return std::nullopt;
  member.is_string = reader.peek() == Token::string;
  const std::string_view value = reader.raw_value();
  // The reader's own bytes may move; those of `raw` do not.
  member.raw = raw.substr(raw.find(':') + 1);
  member.raw = member.raw.substr(member.raw.find_first_not_of(" \n\r\t"));
  member.raw = member.raw.substr(0, value.size());
  if (reader.next() != Token::end_object) return std::nullopt;
  if (member.is_string) {
    json::Reader text(member.raw);
    text.next();
    member.text = text.text();
  }
  return member;
}

Misfit convert_tag(const TagMember& tag, std::string_view raw, const ColumnReading& reading, Arena& arena,
                   Cell& cell) {
  const bool typed = !reading.dynamic;
  if (tag.name == "$secret") {
    if (tag.raw != "null") return {code::kInvalidDocument, "the value of $secret must be null"};
    cell = Cell::of(Tag::absent, std::int64_t{0});
    return {};
  }
  if (tag.name == "$json" || tag.name == "$jsontext") {
    const bool verbatim = tag.name == "$json";
    const std::string_view document = verbatim ? tag.raw : std::string_view(tag.text);
    if (!verbatim && (!tag.is_string || !json::is_valid(json::without_lone_surrogates(tag.text))))
      return {code::kInvalidDocument, "the value of $jsontext must be a JSON document in a string"};
    if (widen_document(document, reading, arena, cell)) return {};
    if (typed && !reading.wants_raw() && reading.kind != Kind::any) return wrong_type(raw, reading);
    return convert_whole_document(document, reading, arena, cell);
  }
  if (tag.name == "$array") {
    if (typed && reading.kind != Kind::array) return wrong_type(raw, reading);
    cell = Cell::of(Tag::encoded, arena.copy(raw));
    return {};
  }
  if (!tag.is_string) return {code::kInvalidDocument, "the value of " + tag.name + " must be a string"};
  if (tag.name == "$num") {
    if (const auto value = integer_in(tag.text); value && (!typed || reading.kind == Kind::integer))
      return convert_integer(*value, tag.text, reading, cell);
    if (reading.widened && reading.kind == Kind::text && is_number_word(tag.text)) {
      cell = Cell::text(arena.copy(tag.text));
      return {};
    }
    if (typed && reading.kind != Kind::real && reading.kind != Kind::numeric) return wrong_type(raw, reading);
    if (!convert_word(tag.text, reading, cell)) return wrong_type(raw, reading);
    return {};
  }
  std::string bytes;
  if (!decode_base64(tag.text, bytes)) {
    return {code::kWrongType, "the value of " + tag.name + " is not base64: " + excerpt(tag.text)};
  }
  if (tag.name == "$bytes") {
    if (reading.widened && reading.kind == Kind::text) {
      cell = Cell::text(arena.copy(move::hex_text(bytes)));
      return {};
    }
    if (typed && reading.kind != Kind::bytes) return wrong_type(raw, reading);
    cell = Cell::of(Tag::bytes, arena.copy(bytes));
    return {};
  }
  const std::size_t invalid = find_invalid_utf8(bytes);
  if (invalid == kValidUtf8) return convert_string(bytes, reading, arena, cell);
  if (typed && reading.bad_text != BadText::error)
    return convert_string(mended(bytes, reading.bad_text), reading, arena, cell);
  if (typed) {
    return {code::kInvalidText, "text with invalid UTF-8 at byte " + std::to_string(invalid + 1) +
                                    ", which this database cannot hold"};
  }
  cell = Cell::of(Tag::odd_text, arena.copy(bytes));
  return {};
}

Misfit convert_raw_scalar(std::string_view raw, const ColumnReading& reading, Arena& arena, Cell& cell) {
  json::Reader reader(raw);
  const Token token = reader.next();
  const bool is_integer = token == Token::number && reader.is_integer();
  return convert_scalar(token, reader.text(), is_integer, reading, arena, cell);
}

// A value of a column for JSON documents.
Misfit convert_document(std::string_view raw, const ColumnReading& reading, Arena& arena, Cell& cell,
                        const Hash* hash) {
  const char first = raw[0];
  if (first == 'n') {
    cell = Cell();
    return {};
  }
  const bool number = first == '-' || (first >= '0' && first <= '9');
  // As text it keeps its digits.
  const bool as_number = number && reading.dynamic && reading.affinity != Affinity::text;
  if (first == '"' ? reading.source_dynamic : as_number) {
    return convert_raw_scalar(raw, reading, arena, cell);
  }
  return convert_whole_document(raw, reading, arena, cell, hash);
}

}  // namespace

ColumnReading column_reading(Kind kind, std::string_view type, bool dynamic, bool may_hold_nul) {
  ColumnReading reading;
  reading.kind = reading.source_kind = kind;
  reading.dynamic = reading.source_dynamic = dynamic;
  reading.may_hold_nul = may_hold_nul;
  reading.single = !dynamic && type == "real";
  if (!dynamic && type == "smallint") {
    reading.lowest = std::numeric_limits<std::int16_t>::min();
    reading.highest = std::numeric_limits<std::int16_t>::max();
  } else if (!dynamic && type == "integer") {
    reading.lowest = std::numeric_limits<std::int32_t>::min();
    reading.highest = std::numeric_limits<std::int32_t>::max();
  } else if (!dynamic && type == "oid") {
    reading.lowest = 0;
    reading.highest = std::numeric_limits<std::uint32_t>::max();
  }
  return reading;
}

Misfit convert_scalar(Token token, std::string_view text, bool is_integer, const ColumnReading& reading,
                      Arena& arena, Cell& cell) {
  switch (token) {
    case Token::null:
      cell = Cell();
      return {};
    case Token::true_value:
    case Token::false_value: {
      const bool value = token == Token::true_value;
      const std::string_view word = value ? "true" : "false";
      if (reading.dynamic || reading.kind == Kind::boolean || reading.kind == Kind::any) {
        cell = Cell::boolean(value);
      } else if ((reading.source_kind == Kind::json || reading.source_kind == Kind::jsonb) &&
                 widen_document(word, reading, arena, cell)) {
        return {};
      } else if (reading.widened && reading.kind == Kind::integer) {
        cell = Cell::integer_of(value ? 1 : 0);
      } else if (reading.widened && reading.kind == Kind::text) {
        cell = Cell::text(value ? "1" : "0");
      } else if (reading.kind == Kind::other) {
        cell = Cell::text(word);
      } else {
        return wrong_type(word, reading);
      }
      return {};
    }
    case Token::number:
      return convert_number(text, is_integer, reading, arena, cell);
    default:
      return convert_string(text, reading, arena, cell);
  }
}

namespace {

// Bytes exactly as we write them, in a column that takes them; false for everything else.
bool convert_bytes(std::string_view raw, const ColumnReading& reading, Arena& arena, Cell& cell) {
  constexpr std::string_view kBegin = "{\"$bytes\":\"";
  constexpr std::string_view kEnd = "\"}";
  if (!reading.dynamic && reading.kind != Kind::bytes) return false;
  if (raw.size() < kBegin.size() + kEnd.size() || !raw.starts_with(kBegin) || !raw.ends_with(kEnd))
    return false;
  std::string bytes;
  if (!decode_base64(raw.substr(kBegin.size(), raw.size() - kBegin.size() - kEnd.size()), bytes))
    return false;
  cell = Cell::of(Tag::bytes, arena.copy(bytes));
  return true;
}

}  // namespace

Misfit convert_raw(std::string_view raw, const ColumnReading& reading, Arena& arena, Cell& cell,
                   const Hash* hash) {
  const char first = raw[0];
  if (first == '{' && convert_bytes(raw, reading, arena, cell)) return {};
  if (first == '{' && !reading.dynamic && reading.kind == Kind::composite) {
    if (const auto tag = read_tag(raw); tag && tag->name == "$secret")
      return convert_tag(*tag, raw, reading, arena, cell);
    cell = whole_value(Tag::encoded, raw, hash, arena);
    return {};
  }
  if (first == '{') {
    if (const auto tag = read_tag(raw)) return convert_tag(*tag, raw, reading, arena, cell);
  }
  if (reading.wants_raw()) return convert_document(raw, reading, arena, cell, hash);
  if (first != '{' && first != '[') return convert_raw_scalar(raw, reading, arena, cell);
  if (first == '[' && reading.kind == Kind::array) {
    cell = whole_value(Tag::encoded, raw, hash, arena);
    return {};
  }
  if (widen_document(raw, reading, arena, cell)) return {};
  if (!reading.dynamic && reading.kind != Kind::any) return wrong_type(raw, reading);
  cell = whole_value(Tag::json, raw, hash, arena);
  return {};
}

}  // namespace whimbrel
