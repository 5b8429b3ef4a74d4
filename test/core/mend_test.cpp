#include "common/text/mend.h"

#include <gtest/gtest.h>

#include <string_view>

namespace whimbrel {
namespace {

using namespace std::string_view_literals;

TEST(Mend, LeavesGoodTextAlone) {
  for (const std::string_view text : {""sv, "a"sv, "naïve 日本 🐦"sv, "\x01\x7f"sv})
    EXPECT_EQ(mend_text(text, "?"), text);
}

TEST(Mend, EachBadByte) {
  EXPECT_EQ(mend_text("a\0b"sv, "?"), "a?b");
  EXPECT_EQ(mend_text("\xff\xc3"sv, "?"), "??");
  EXPECT_EQ(mend_text("\xed\xa0\x80x"sv, "?"), "???x");
  EXPECT_EQ(mend_text("\xc3\xa9\xc3"sv, ""), "\xc3\xa9");
  EXPECT_EQ(mend_text("\0\0"sv, ""), "");
}

}  // namespace
}  // namespace whimbrel
