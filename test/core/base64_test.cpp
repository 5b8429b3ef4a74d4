#include "common/text/base64.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace whimbrel {
namespace {

std::string encoded(std::string_view bytes) {
  std::string text(base64_size(bytes.size()), '?');
  EXPECT_EQ(encode_base64(text.data(), bytes), text.data() + text.size());
  return text;
}

// RFC 4648, section 10.
TEST(Base64, EncodesTheTestVectors) {
  EXPECT_EQ(encoded(""), "");
  EXPECT_EQ(encoded("f"), "Zg==");
  EXPECT_EQ(encoded("fo"), "Zm8=");
  EXPECT_EQ(encoded("foo"), "Zm9v");
  EXPECT_EQ(encoded("foob"), "Zm9vYg==");
  EXPECT_EQ(encoded("fooba"), "Zm9vYmE=");
  EXPECT_EQ(encoded("foobar"), "Zm9vYmFy");
  EXPECT_EQ(encoded("\xfb\xff\xbf"), "+/+/");
}

TEST(Base64, RandomBytesRoundTrip) {
  std::mt19937 random(1);
  for (int i = 0; i < 5000; ++i) {
    std::string bytes(random() % 200, '\0'), back = "left over";
    for (char& c : bytes) c = static_cast<char>(random());
    ASSERT_TRUE(decode_base64(encoded(bytes), back));
    ASSERT_EQ(back, bytes);
  }
}

TEST(Base64, RefusesWhatIsNotCanonical) {
  std::string out;
  for (const char* text : {"Z", "Zg", "Zg=", "Zg===", "====", "=", "Zm=v", "Z===", "Zm8=Zm8=", "Zh==", "Zm9=",
                           "Zm9v\n", " Zm9v", "Zm 9", "Zm9-", "Zm9_", "Zg=a", "Zm9vZg=\xff", "\x80m9v"}) {
    out = "left over";
    EXPECT_FALSE(decode_base64(text, out)) << text;
    EXPECT_EQ(out, "");
  }
  EXPECT_TRUE(decode_base64("", out));
}

}  // namespace
}  // namespace whimbrel
