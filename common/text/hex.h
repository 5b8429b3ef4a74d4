// Hexadecimal digits: bytes as such, and what one stands for.
#pragma once

#include <string>
#include <string_view>

namespace whimbrel {

// 0 to 15; `c` is a hexadecimal digit.
constexpr unsigned hex_value(char c) {
  return static_cast<unsigned>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
}

// Two lower-case digits for each byte.
inline void append_hex(std::string& text, std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::size_t at = text.size();
  text.resize(at + 2 * bytes.size());
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text[at++] = kDigits[byte >> 4];
    text[at++] = kDigits[byte & 15];
  }
}

}  // namespace whimbrel
