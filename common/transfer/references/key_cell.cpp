#include "common/transfer/references/key_cell.h"

#include <charconv>
#include <string>

#include "common/text/digits.h"
#include "common/text/uuid.h"

namespace whimbrel {

namespace {

// Only as it would be written: 007 and +7 are other texts than 7.
bool parse_integer(std::string_view text, std::int64_t& value) {
  if (text.empty() || text == "-0" || (text[0] == '0' && text.size() > 1) || text.starts_with("-0"))
    return false;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

bool to_key_cell(const Cell& from, Kind kind, Arena& arena, Cell& to) {
  to = from;
  switch (kind) {
    case Kind::integer: {
      if (from.tag != Tag::text) return true;
      std::int64_t value = 0;
      if (!parse_integer(from.view(), value)) return false;
      to = Cell::integer_of(value);
      return true;
    }
    case Kind::uuid: {
      if (from.tag == Tag::uuid) return true;
      if (from.tag != Tag::text) return false;
      char bytes[16];
      if (!parse_uuid(from.view(), bytes)) return false;
      to = Cell::of(Tag::uuid, arena.copy({bytes, sizeof bytes}));
      return true;
    }
    case Kind::text:
    case Kind::other:
      if (from.tag == Tag::integer) to = Cell::text(key_text(from, arena));
      return true;
    default:
      return true;
  }
}

bool fits_column(const Cell& key, const Column& column) {
  if (key.tag != Tag::integer) return true;
  if (column.type == "smallint") return key.integer == static_cast<std::int16_t>(key.integer);
  return column.type != "integer" || key.integer == static_cast<std::int32_t>(key.integer);
}

std::string_view key_text(const Cell& key, Arena& arena) {
  if (key.tag == Tag::integer) {
    char* const at = arena.allocate(kMaxIntegerText);
    const auto end = std::to_chars(at, at + kMaxIntegerText, key.integer).ptr;
    return {at, static_cast<std::size_t>(end - at)};
  }
  if (key.tag == Tag::uuid) {
    char* const at = arena.allocate(kUuidText);
    format_uuid(at, key.data);
    return {at, kUuidText};
  }
  return key.view();
}

std::string shown_key(const Cell* cells, std::size_t count) {
  Arena arena;
  std::string text = "(";
  for (std::size_t i = 0; i < count; ++i) {
    if (i != 0) text += ", ";
    const Cell& cell = cells[i];
    switch (cell.tag) {
      case Tag::integer:
      case Tag::uuid:
      case Tag::text:
      case Tag::number:
        text += key_text(cell, arena);
        break;
      case Tag::null:
      case Tag::absent:
        text += "null";
        break;
      default:
        text += "…";
    }
  }
  return text + ")";
}

}  // namespace whimbrel
