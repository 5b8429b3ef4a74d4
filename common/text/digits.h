// Decimal digits, two at a time: what every writer of numbers, dates and times needs.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace whimbrel {

inline constexpr std::size_t kMaxIntegerText = 20;  // "-9223372036854775808"

inline constexpr std::array<char, 200> kTwoDigits = [] {
  std::array<char, 200> table{};
  for (std::size_t i = 0; i < 100; ++i) {
    table[2 * i] = static_cast<char>('0' + i / 10);
    table[2 * i + 1] = static_cast<char>('0' + i % 10);
  }
  return table;
}();

// Exactly two digits of 0..99; returns the end.
inline char* format_two(char* at, unsigned value) {
  std::memcpy(at, kTwoDigits.data() + 2 * value, 2);
  return at + 2;
}

inline unsigned count_digits(std::uint64_t value) {
  unsigned digits = 1;
  for (;;) {
    if (value < 10) return digits;
    if (value < 100) return digits + 1;
    if (value < 1000) return digits + 2;
    if (value < 10000) return digits + 3;
    value /= 10000;
    digits += 4;
  }
}

inline char* format_unsigned(char* at, std::uint64_t value) {
  char* const end = at + count_digits(value);
  char* next = end;
  while (value >= 100) {
    next -= 2;
    std::memcpy(next, kTwoDigits.data() + 2 * (value % 100), 2);
    value /= 100;
  }
  if (value >= 10) {
    std::memcpy(next - 2, kTwoDigits.data() + 2 * value, 2);
  } else {
    next[-1] = static_cast<char>('0' + value);
  }
  return end;
}

// Writes up to kMaxIntegerText characters, returns the end.
inline char* format_integer(char* at, std::int64_t value) {
  std::uint64_t magnitude = static_cast<std::uint64_t>(value);
  if (value < 0) {
    *at++ = '-';
    magnitude = 0 - magnitude;
  }
  return format_unsigned(at, magnitude);
}

}  // namespace whimbrel
