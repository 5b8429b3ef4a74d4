#include "common/text/uuid.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace whimbrel {

namespace {

constexpr std::uint8_t kNoHexDigit = 0xff;

constexpr std::array<char, 512> kHexPairs = [] {
  std::array<char, 512> table{};
  constexpr std::string_view digits = "0123456789abcdef";
  for (std::size_t i = 0; i < 256; ++i) {
    table[2 * i] = digits[i >> 4];
    table[2 * i + 1] = digits[i & 15];
  }
  return table;
}();

constexpr std::array<std::uint8_t, 256> kHexDigits = [] {
  std::array<std::uint8_t, 256> table{};
  table.fill(kNoHexDigit);
  for (std::uint8_t i = 0; i < 10; ++i) table['0' + i] = i;
  for (std::uint8_t i = 0; i < 6; ++i) table['a' + i] = table['A' + i] = static_cast<std::uint8_t>(10 + i);
  return table;
}();

// Bytes before which the canonical form has a hyphen.
constexpr bool hyphen_before(std::size_t byte) { return byte == 4 || byte == 6 || byte == 8 || byte == 10; }

}  // namespace

char* format_uuid(char* at, const char* bytes16) {
  for (std::size_t i = 0; i < 16; ++i) {
    if (hyphen_before(i)) *at++ = '-';
    std::memcpy(at, kHexPairs.data() + 2 * static_cast<unsigned char>(bytes16[i]), 2);
    at += 2;
  }
  return at;
}

bool parse_uuid(std::string_view text, char* bytes16) {
  if (text.size() != 36) return false;
  const char* p = text.data();
  std::uint8_t seen = 0;  // has a high bit once a character was no digit
  for (std::size_t i = 0; i < 16; ++i) {
    if (hyphen_before(i) && *p++ != '-') return false;
    const std::uint8_t high = kHexDigits[static_cast<unsigned char>(p[0])];
    const std::uint8_t low = kHexDigits[static_cast<unsigned char>(p[1])];
    seen |= high | low;
    bytes16[i] = static_cast<char>(high << 4 | (low & 15));
    p += 2;
  }
  return (seen & 0xf0) == 0;
}

}  // namespace whimbrel
