// UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace whimbrel {

inline constexpr std::size_t kValidUtf8 = static_cast<std::size_t>(-1);

// At `p` (before `end`) stands a byte of 0x80 or above: the length of the sequence that it begins (2 to 4), 0
// when that is not valid, or kTruncatedUtf8 when everything up to `end` is the beginning of a valid one.
inline constexpr int kTruncatedUtf8 = -1;
inline int utf8_sequence(const char* p, const char* end) {
  const auto byte = [p](std::size_t i) { return static_cast<unsigned char>(p[i]); };
  const std::size_t left = static_cast<std::size_t>(end - p);
  const auto tail = [&](std::size_t i) { return (byte(i) & 0xc0) == 0x80; };
  const unsigned char first = byte(0);
  if (first < 0xc2 || first > 0xf4) return 0;
  if (left < 2) return kTruncatedUtf8;
  if (!tail(1)) return 0;
  if (first < 0xe0) return 2;
  const unsigned char second = byte(1);
  if (first < 0xf0) {
    if ((first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f)) return 0;
    if (left < 3) return kTruncatedUtf8;
    return tail(2) ? 3 : 0;
  }
  if ((first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f)) return 0;
  if (left < 3) return kTruncatedUtf8;
  if (!tail(2)) return 0;
  if (left < 4) return kTruncatedUtf8;
  return tail(3) ? 4 : 0;
}

// How many characters a valid text has.
inline std::size_t count_characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

// Offset of the first byte that is not valid UTF-8, or kValidUtf8.
std::size_t find_invalid_utf8(std::string_view text);

}  // namespace whimbrel
