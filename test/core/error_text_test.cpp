#include "common/error_text.h"

#include <gtest/gtest.h>

namespace whimbrel {
namespace {

TEST(ErrorText, AnExcerptHasWholeCharacters) {
  EXPECT_EQ(excerpt("agents", 6), "agents");
  EXPECT_EQ(excerpt("agents", 5), "agent…");
  EXPECT_EQ(excerpt("größe", 3), "gr…");  // ö is two bytes
  EXPECT_EQ(excerpt("größe", 4), "grö…");
  EXPECT_EQ(excerpt("€", 2), "…");
  EXPECT_EQ(excerpt("€", 3), "€");
  EXPECT_EQ(excerpt("", 3), "");
}

TEST(ErrorText, AnExcerptIsOneLine) { EXPECT_EQ(excerpt("a\r\n\tb\nc", 5), "a   b…"); }

}  // namespace
}  // namespace whimbrel
