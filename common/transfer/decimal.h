// One encoding for a number whatever its spelling and whatever type holds it, for digests: 8.9, 8.90 and
// 89e-1 are one number, and so is the double whose shortest text is 8.9.
//
// - Integers in the range of int64: 'i', 8 bytes little endian.
// - The value of a double's shortest text: 'f', the 8 bytes of that double, little endian (also -0).
// - Everything else: 'd', text, NUL; the text is [-]digits[e][exponent] without leading and trailing zeros in
//   the digits, or NaN, Infinity, -Infinity.
//
// The first that fits. The middle one is what makes doubles cheap: no decimal has to be printed for them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace whimbrel {

// Bytes that an encoding of a text of `size` may take.
constexpr std::size_t encoded_number_size(std::size_t size) { return size + 32; }

inline char* encode_integer(char* at, std::int64_t value) {
  *at = 'i';
  std::memcpy(at + 1, &value, sizeof value);
  return at + 1 + sizeof value;
}

// `text` has the grammar of a JSON number, or is NaN, Infinity or -Infinity. `signed_zero`: whether -0
// differs from 0.
char* encode_number(char* at, std::string_view text, bool signed_zero);
// The same by itself, with signed_zero.
std::string number_encoding(std::string_view number);
// The value of a double is that of its shortest text.
char* encode_real(char* at, double value);
char* encode_real32(char* at, float value);

// Whether a text is a number as encode_number() reads it.
bool is_number_text(std::string_view text);

}  // namespace whimbrel
