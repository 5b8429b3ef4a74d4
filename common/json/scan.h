// The byte-level loops that reader and writer share: finding the bytes of a string that are not plain, many
// at a time. Internal to common/json; nothing here checks more than it says.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace whimbrel::json {

inline std::uint64_t load64(const char* at) {
  std::uint64_t value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

inline std::uint32_t load32(const char* at) {
  std::uint32_t value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

// A byte that cannot stand in a JSON string as it is: control characters, quote, backslash.
inline bool is_special(char c) { return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\'; }

inline constexpr std::uint64_t kOnes = 0x0101010101010101u;
inline constexpr std::uint64_t kHighs = 0x8080808080808080u;

// Whether any of eight bytes is special (exact as a yes or no; which one it was is not to be read from it).
inline bool needs_escape(std::uint64_t bytes) {
  const std::uint64_t quote = bytes ^ (kOnes * '"');
  const std::uint64_t backslash = bytes ^ (kOnes * '\\');
  const std::uint64_t control = (bytes - kOnes * 0x20) & ~bytes;
  return ((((quote - kOnes) & ~quote) | ((backslash - kOnes) & ~backslash) | control) & kHighs) != 0;
}

inline constexpr std::size_t kBlock = 16;

// Copies 16 bytes; the first special one among them (in `from`), or nullptr.
inline const char* copy_block(char* at, const char* from) {
#if defined(__SSE2__)
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(at), bytes);
  // Unsigned "below 0x20" is min(bytes, 0x1f) == bytes.
  const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(0x1f)), bytes);
  const __m128i quote = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
  const __m128i backslash = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
  const int mask = _mm_movemask_epi8(_mm_or_si128(control, _mm_or_si128(quote, backslash)));
  return mask == 0 ? nullptr : from + std::countr_zero(static_cast<unsigned>(mask));
#else
  std::memcpy(at, from, kBlock);
  if (!needs_escape(load64(from)) && !needs_escape(load64(from + 8))) return nullptr;
  while (!is_special(*from)) ++from;
  return from;
#endif
}

// The first byte at or after `p` that is not plain ASCII of a string (special, or 0x80 and above), or `end`.
inline const char* skip_plain(const char* p, const char* end) {
  while (end - p >= static_cast<std::ptrdiff_t>(kBlock)) {
#if defined(__SSE2__)
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
    // Signed "below 0x20" takes the control characters and everything from 0x80 on.
    const __m128i odd = _mm_cmplt_epi8(bytes, _mm_set1_epi8(0x20));
    const __m128i quote = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
    const __m128i backslash = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
    const int mask = _mm_movemask_epi8(_mm_or_si128(odd, _mm_or_si128(quote, backslash)));
    if (mask != 0) return p + std::countr_zero(static_cast<unsigned>(mask));
    p += kBlock;
#else
    const std::uint64_t bytes = load64(p);
    if (needs_escape(bytes) || (bytes & kHighs) != 0) break;
    p += 8;
#endif
  }
  while (p < end && !is_special(*p) && static_cast<unsigned char>(*p) < 0x80) ++p;
  return p;
}

// Over valid sequences of two bytes, and of three bytes beyond the ones that have a narrower second byte:
// most of what is not ASCII. Stops at anything else, valid or not.
inline const char* skip_short_sequences(const char* p, const char* end) {
  while (end - p >= 3) {
    const auto first = static_cast<unsigned char>(p[0]);
    const bool tail = (p[1] & 0xc0) == 0x80;
    if (first >= 0xc2 && first < 0xe0 && tail) {
      p += 2;
    } else if (first > 0xe0 && first < 0xf0 && first != 0xed && tail && (p[2] & 0xc0) == 0x80) {
      p += 3;
    } else {
      break;
    }
  }
  return p;
}

inline std::uint64_t count_newlines(const char* p, const char* end) {
  std::uint64_t count = 0;
#if defined(__SSE2__)
  const __m128i newline = _mm_set1_epi8('\n');
  while (end - p >= static_cast<std::ptrdiff_t>(kBlock)) {
    // Each byte of `found` counts down by one for each newline in its column: up to 255 blocks before it
    // wraps.
    __m128i found = _mm_setzero_si128();
    for (int i = 0; i < 255 && end - p >= static_cast<std::ptrdiff_t>(kBlock); ++i, p += kBlock)
      found =
          _mm_sub_epi8(found, _mm_cmpeq_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p)), newline));
    const __m128i sums = _mm_sad_epu8(found, _mm_setzero_si128());
    count += static_cast<std::uint64_t>(_mm_cvtsi128_si32(sums)) +
             static_cast<std::uint64_t>(_mm_cvtsi128_si32(_mm_srli_si128(sums, 8)));
  }
#endif
  for (; p != end; ++p) count += *p == '\n' ? 1 : 0;
  return count;
}

}  // namespace whimbrel::json
