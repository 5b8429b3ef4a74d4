#include "common/text/unified_diff.h"

#include <gtest/gtest.h>

namespace whimbrel {
namespace {

std::string diff(std::string_view before, std::string_view after) {
  return unified_diff(before, after, "a", "b");
}

// Expected texts are those of diff -u.
TEST(UnifiedDiff, ShowsChangesWithContext) {
  EXPECT_EQ(diff("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n"),
            "--- a\n+++ b\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8");
  EXPECT_EQ(diff("a\n", "a\nb\n"), "--- a\n+++ b\n@@ -1,1 +1,2 @@\n a\n+b");
  EXPECT_EQ(diff("", "b\n"), "--- a\n+++ b\n@@ -0,0 +1,1 @@\n+b");
  EXPECT_EQ(diff("b", ""), "--- a\n+++ b\n@@ -1,1 +0,0 @@\n-b");
}

TEST(UnifiedDiff, SameLinesAreNoDifference) {
  EXPECT_EQ(diff("", ""), "");
  EXPECT_EQ(diff("a\r\nb\r\n", "a\nb"), "");
}

TEST(UnifiedDiff, FarChangesAreHunksOfTheirOwn) {
  std::string before, after;
  for (int i = 1; i <= 30; ++i) {
    before += std::to_string(i) + "\n";
    if (i != 3) after += (i == 20 ? "twenty" : std::to_string(i)) + "\n";
  }
  EXPECT_EQ(diff(before, after),
            "--- a\n+++ b\n@@ -1,6 +1,5 @@\n 1\n 2\n-3\n 4\n 5\n 6"
            "\n@@ -17,7 +16,7 @@\n 17\n 18\n 19\n-20\n+twenty\n 21\n 22\n 23");
}

TEST(UnifiedDiff, ChangesSixLinesApartShareAHunk) {
  EXPECT_EQ(diff("x\n1\n2\n3\n4\n5\n6\ny\n", "X\n1\n2\n3\n4\n5\n6\nY\n"),
            "--- a\n+++ b\n@@ -1,8 +1,8 @@\n-x\n+X\n 1\n 2\n 3\n 4\n 5\n 6\n-y\n+Y");
  EXPECT_EQ(diff("x\n1\n2\n3\n4\n5\n6\n7\ny\n", "X\n1\n2\n3\n4\n5\n6\n7\nY\n"),
            "--- a\n+++ b\n@@ -1,4 +1,4 @@\n-x\n+X\n 1\n 2\n 3\n@@ -6,4 +6,4 @@\n 5\n 6\n 7\n-y\n+Y");
}

TEST(UnifiedDiff, ManyDifferentLinesAreOneChange) {
  std::string before, after;
  for (int i = 0; i < 5000; ++i) {
    before += "a" + std::to_string(i) + "\n";
    after += "b" + std::to_string(i) + "\n";
  }
  const std::string text = diff(before, after);
  EXPECT_TRUE(text.starts_with("--- a\n+++ b\n@@ -1,5000 +1,5000 @@\n-a0\n-a1\n"));
  EXPECT_TRUE(text.ends_with("\n+b4999"));
}

}  // namespace
}  // namespace whimbrel
