#include "common/text/digits.h"

#include <gtest/gtest.h>

#include <string>

namespace whimbrel {
namespace {

TEST(Digits, CountsThemAtEveryPowerOfTen) {
  std::uint64_t power = 1;
  for (unsigned digits = 1; digits <= 19; ++digits) {
    EXPECT_EQ(count_digits(power), digits);
    power *= 10;
    EXPECT_EQ(count_digits(power - 1), digits);
  }
  EXPECT_EQ(count_digits(0), 1u);
  EXPECT_EQ(count_digits(~std::uint64_t{0}), 20u);
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
