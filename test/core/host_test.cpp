#include "common/host.h"

#include <gtest/gtest.h>

namespace whimbrel {
namespace {

TEST(Quoting, DoublesItsOwnMarkOnly) {
  EXPECT_EQ(quote_identifier("users"), "\"users\"");
  EXPECT_EQ(quote_identifier("a\"b'c"), "\"a\"\"b'c\"");
  EXPECT_EQ(quote_name("sales", "or\"der"), "\"sales\".\"or\"\"der\"");
  EXPECT_EQ(quote_literal("it's \"so\" \\"), "'it''s \"so\" \\'");
  EXPECT_EQ(quote_literal(""), "''");
}

}  // namespace
}  // namespace whimbrel
