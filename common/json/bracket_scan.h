// Finds where an object or array ends, following nothing but its strings and brackets: 64 bytes at a time,
// and without a branch per string. For text that is known to be valid; reads nothing but the bytes it is
// given. Internal to common/json.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#include "common/json/scan.h"

namespace whimbrel::json {

class BracketScan {
 public:
  static constexpr std::size_t kSize = 64;

  // Whether the first bracket that was seen is closed. Then nothing more may be given to it.
  bool ended() const { return ended_; }

  // The next kSize bytes; where it stopped: behind them, or behind the closing bracket.
  const char* block(const char* p) {
#if defined(__SSE2__)
    std::uint64_t quotes = 0, opening = 0, closing = 0, backslashes = 0;
    for (int i = 0; i < 4; ++i) {
      const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p + 16 * i));
      const __m128i folded = _mm_or_si128(bytes, _mm_set1_epi8(0x20));  // [ becomes {, and ] becomes }
      const auto mask = [&](__m128i from, char c) {
        const int bits = _mm_movemask_epi8(_mm_cmpeq_epi8(from, _mm_set1_epi8(c)));
        return static_cast<std::uint64_t>(static_cast<unsigned>(bits)) << (16 * i);
      };
      quotes |= mask(bytes, '"');
      backslashes |= mask(bytes, '\\');
      opening |= mask(folded, '{');
      closing |= mask(folded, '}');
    }
    if (backslashes == 0 && !escaped_) {
      // Each bit becomes the xor of itself and all below it: set from a quote to the one before the next.
      std::uint64_t inside = quotes;
      for (int shift = 1; shift < 64; shift *= 2) inside ^= inside << shift;
      if (in_string_) inside = ~inside;
      in_string_ = inside >> 63 != 0;
      for (std::uint64_t brackets = (opening | closing) & ~inside; brackets != 0; brackets &= brackets - 1) {
        const int at = std::countr_zero(brackets);
        depth_ += (opening >> at & 1) != 0 ? 1 : -1;
        if (depth_ == 0) {
          ended_ = true;
          return p + at + 1;
        }
      }
      return p + kSize;
    }
#endif
    const char* const end = p + kSize;
    while (p != end && !ended_) byte(*p++);
    return p;
  }

  void byte(char c) {
    if (in_string_) {
      if (escaped_) {
        escaped_ = false;
      } else if (c == '\\') {
        escaped_ = true;
      } else if (c == '"') {
        in_string_ = false;
      }
      return;
    }
    if (c == '"') {
      in_string_ = true;
    } else if ((c | 0x20) == '{') {
      ++depth_;
    } else if ((c | 0x20) == '}') {
      ended_ = --depth_ == 0;
    }
  }

 private:
  std::int64_t depth_ = 0;
  bool in_string_ = false;
  bool escaped_ = false;  // the next byte is, by a backslash before it
  bool ended_ = false;
};

}  // namespace whimbrel::json
