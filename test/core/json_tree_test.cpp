#include <gtest/gtest.h>

#include <string>

#include "common/error.h"
#include "common/json/tree.h"

namespace whimbrel {
namespace {

TEST(JsonTree, Values) {
  const json::Tree tree = json::read_tree(R"( {"a": [1, -2.50, "x\n", null, true, {}], "b": {"a": false}} )");
  ASSERT_TRUE(tree.is_object());
  const json::Tree* list = tree.find("a");
  ASSERT_NE(list, nullptr);
  ASSERT_EQ(list->elements.size(), 6u);
  EXPECT_EQ(list->raw, R"([1, -2.50, "x\n", null, true, {}])");
  EXPECT_EQ(list->elements[1].text, "-2.50");
  EXPECT_EQ(list->elements[2].text, "x\n");
  EXPECT_EQ(list->elements[3].token, json::Token::null);
  EXPECT_TRUE(list->elements[4].is_boolean());
  EXPECT_EQ(tree.find("b")->find("a")->raw, "false");
  EXPECT_EQ(tree.find("c"), nullptr);
}

TEST(JsonTree, RefusesWhatIsNoJson) {
  for (const char* text : {"", "{", "{\"a\":1,}", "1 2"}) EXPECT_THROW(json::read_tree(text), Error) << text;
  EXPECT_THROW(json::read_tree(std::string(1000, '[')), Error);
}

}  // namespace
}  // namespace whimbrel
