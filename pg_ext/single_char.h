// The type "char", one byte of any value, as text: ASCII as it is, zero as the empty text, other bytes as
// \ooo, which is how PostgreSQL 16 and later write them too.
#pragma once

#include <optional>
#include <string_view>

namespace whimbrel::pg {

// Writes at most four characters, returns the end.
inline char* format_single_char(char* at, unsigned char byte) {
  if (byte == 0) return at;
  if (byte < 0x80) {
    *at++ = static_cast<char>(byte);
    return at;
  }
  *at++ = '\\';
  *at++ = static_cast<char>('0' + (byte >> 6));
  *at++ = static_cast<char>('0' + (byte >> 3 & 7));
  *at++ = static_cast<char>('0' + (byte & 7));
  return at;
}

// Nothing for a longer text.
inline std::optional<char> parse_single_char(std::string_view text) {
  if (text.empty()) return '\0';
  if (text.size() == 1) return text[0];
  if (text.size() != 4 || text[0] != '\\') return std::nullopt;
  int byte = 0;
  for (const char c : text.substr(1)) {
    if (c < '0' || c > '7') return std::nullopt;
    byte = byte * 8 + (c - '0');
  }
  if (byte > 255) return std::nullopt;
  return static_cast<char>(byte);
}

}  // namespace whimbrel::pg
