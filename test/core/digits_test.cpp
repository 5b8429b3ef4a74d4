#include "common/text/digits.h"

#include <gtest/gtest.h>

#include <string>

namespace whimbrel {
namespace {

std::string format(std::uint64_t value) {
  char text[kMaxIntegerText];
  return {text, format_unsigned(text, value)};
}

TEST(Digits, WritesNumbersOfEveryLength) {
  std::uint64_t power = 1;
  for (int digits = 1; digits <= 20; ++digits, power *= 10)
    for (const std::uint64_t value : {power - 1, power, power + 1, power / 3, power / 7 * 6 + 5})
      EXPECT_EQ(format(value), std::to_string(value));
  for (std::uint64_t value = 0; value < 20'000; ++value) EXPECT_EQ(format(value), std::to_string(value));
}

TEST(Digits, WritesTheLargestNumbers) {
  char text[kMaxIntegerText];
  EXPECT_EQ(std::string(text, format_unsigned(text, ~std::uint64_t{0})), "18446744073709551615");
  EXPECT_EQ(std::string(text, format_integer(text, INT64_MIN)), "-9223372036854775808");
}

TEST(Digits, WritesPairs) {
  char text[2];
  for (unsigned value = 0; value < 100; ++value) {
    EXPECT_EQ(format_two(text, value), text + 2);
    EXPECT_EQ(std::string(text, 2), (value < 10 ? "0" : "") + std::to_string(value));
  }
}

}  // namespace
}  // namespace whimbrel
