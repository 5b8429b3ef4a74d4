#include "common/text/uuid.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace whimbrel {
namespace {

std::string text_of(const std::string& bytes) {
  std::string text(36, '?');
  EXPECT_EQ(format_uuid(text.data(), bytes.data()), text.data() + 36);
  return text;
}

TEST(Uuid, WritesTheCanonicalForm) {
  const std::string bytes = "\x01\x23\x45\x67\x89\xab\xcd\xef\xfe\xdc\xba\x98\x76\x54\x32\x10";
  EXPECT_EQ(text_of(bytes), "01234567-89ab-cdef-fedc-ba9876543210");
}

TEST(Uuid, ReadsEitherCase) {
  char bytes[16];
  ASSERT_TRUE(parse_uuid("01234567-89AB-cdef-FEDC-ba9876543210", bytes));
  EXPECT_EQ(text_of(std::string(bytes, 16)), "01234567-89ab-cdef-fedc-ba9876543210");
}

TEST(Uuid, RandomOnesRoundTrip) {
  std::mt19937 random(2);
  for (int i = 0; i < 1000; ++i) {
    std::string bytes(16, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    char back[16];
    ASSERT_TRUE(parse_uuid(text_of(bytes), back));
    ASSERT_EQ(std::string(back, 16), bytes);
  }
}

TEST(Uuid, RefusesEverythingElse) {
  const std::string good = "01234567-89ab-cdef-fedc-ba9876543210";
  char bytes[16];
  for (std::size_t i = 0; i < good.size(); ++i) {
    for (const char c : {'g', ' ', 'G', '/', ':', '@', '`', '\xb0', '\0'}) {
      std::string wrong = good;
      wrong[i] = c;
      EXPECT_FALSE(parse_uuid(wrong, bytes)) << wrong;
    }
  }
  EXPECT_FALSE(parse_uuid("0123456789abcdeffedcba9876543210", bytes));
  EXPECT_FALSE(parse_uuid("{" + good + "}", bytes));
  EXPECT_FALSE(parse_uuid("", bytes));
  EXPECT_FALSE(parse_uuid(good + "0", bytes));
}

}  // namespace
}  // namespace whimbrel
