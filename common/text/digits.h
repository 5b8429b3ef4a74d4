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

// Exactly four digits of 0..9999.
inline char* format_four(char* at, std::uint32_t value) {
  return format_two(format_two(at, value / 100), value % 100);
}

// Of 0..9999, without leading zeros.
inline char* format_up_to_four(char* at, std::uint32_t value) {
  if (value >= 1000) return format_four(at, value);
  if (value >= 100) {
    *at++ = static_cast<char>('0' + value / 100);
    return format_two(at, value % 100);
  }
  if (value >= 10) return format_two(at, value);
  *at = static_cast<char>('0' + value);
  return at + 1;
}

// Four digits at a time, whose divisions do not wait for each other.
inline char* format_unsigned(char* at, std::uint64_t value) {
  constexpr std::uint32_t kFour = 10'000;
  constexpr std::uint32_t kEight = 100'000'000;
  std::uint32_t low;
  if (value < kEight) {
    low = static_cast<std::uint32_t>(value);
    if (low < kFour) return format_up_to_four(at, low);
    at = format_up_to_four(at, low / kFour);
    return format_four(at, low % kFour);
  }
  at = format_unsigned(at, value / kEight);
  low = static_cast<std::uint32_t>(value % kEight);
  return format_four(format_four(at, low / kFour), low % kFour);
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
