// Values of SQLite as cells, by their storage class: what they are, not what their column declares. The inner
// loop of every scan, so all of it is inline.
#pragma once

#include <cstring>
#include <new>
#include <string_view>

#include "common/json/reader.h"
#include "common/schema/kind.h"
#include "common/text/utf8.h"
#include "common/value.h"
#include "sqlite_ext/compat.h"

namespace whimbrel::sqlite {

// Whether every byte is ASCII and none is NUL.
inline bool is_plain(const char* data, std::size_t size) {
  constexpr std::uint64_t kOnes = 0x0101010101010101, kHigh = 0x8080808080808080;
  std::uint64_t found = 0;
  std::size_t at = 0;
  for (; at + 8 <= size; at += 8) {
    std::uint64_t word;
    std::memcpy(&word, data + at, 8);
    found |=
        (word - kOnes) | word;  // a high bit for 0x00 and for 0x80 and above; false alarms only beside one
  }
  if ((found & kHigh) != 0) return false;
  for (; at < size; ++at)
    if (static_cast<unsigned char>(data[at] - 1) >= 0x7f) return false;
  return true;
}

inline bool is_text(std::string_view text) {
  return is_plain(text.data(), text.size()) ||
         (std::memchr(text.data(), 0, text.size()) == nullptr && find_invalid_utf8(text) == kValidUtf8);
}

// What a scan does with a value depends on its column in two ways only.
enum class Reading : std::uint8_t { plain, boolean, json };

inline Reading reading_of(Kind kind) {
  if (kind == Kind::boolean) return Reading::boolean;
  return kind == Kind::json || kind == Kind::jsonb ? Reading::json : Reading::plain;
}

// The value as a cell whose data is SQLite's own memory: valid until the statement is stepped.
inline Cell borrow_cell(sqlite3_value* value, Reading reading) {
  switch (sqlite3_value_type(value)) {
    case SQLITE_INTEGER: {
      const sqlite3_int64 integer = sqlite3_value_int64(value);
      const bool boolean = reading == Reading::boolean && (integer == 0 || integer == 1);
      return Cell::of(boolean ? Tag::boolean : Tag::integer, integer);
    }
    case SQLITE_FLOAT:
      return Cell::real_of(sqlite3_value_double(value));
    case SQLITE_TEXT: {
      const auto* data = reinterpret_cast<const char*>(sqlite3_value_text(value));
      if (data == nullptr) throw std::bad_alloc();
      const std::string_view text(data, static_cast<std::size_t>(sqlite3_value_bytes(value)));
      if (!is_text(text)) return Cell::of(Tag::odd_text, text);
      return Cell::of(reading == Reading::json && json::is_valid(text) ? Tag::json : Tag::text, text);
    }
    case SQLITE_BLOB: {
      const auto* data = static_cast<const char*>(sqlite3_value_blob(value));
      const auto size = static_cast<std::size_t>(sqlite3_value_bytes(value));
      if (data == nullptr && size != 0) throw std::bad_alloc();
      return Cell::of(Tag::bytes, std::string_view(data, data == nullptr ? 0 : size));
    }
    default:
      return Cell();
  }
}

inline bool points(Tag tag) {
  return tag == Tag::text || tag == Tag::bytes || tag == Tag::json || tag == Tag::odd_text ||
         tag == Tag::number || tag == Tag::encoded || tag == Tag::uuid;
}

}  // namespace whimbrel::sqlite
