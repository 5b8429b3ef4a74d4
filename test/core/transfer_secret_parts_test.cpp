#include <gtest/gtest.h>

#include <string>

#include "common/error.h"
#include "common/transfer/secret_parts.h"

namespace whimbrel {
namespace {

std::string omitted(const std::vector<std::string>& paths, std::string_view document) {
  return std::string(SecretParts(paths, SecretForm::omit).without(document));
}
std::string redacted(const std::vector<std::string>& paths, std::string_view document) {
  return std::string(SecretParts(paths, SecretForm::redact).without(document));
}

TEST(SecretParts, MembersGoWithTheirCommas) {
  EXPECT_EQ(omitted({"$.a"}, R"({"a":1})"), "{}");
  EXPECT_EQ(omitted({"$.a"}, R"({ "a" : 1 , "b":2})"), R"({ "b":2})");
  EXPECT_EQ(omitted({"$.b"}, R"({"a":1, "b" : {"c":[1]} })"), R"({"a":1 })");
  EXPECT_EQ(omitted({"$.b"}, R"({"a":1,"b":2,"c":3})"), R"({"a":1,"c":3})");
  EXPECT_EQ(omitted({"$.a", "$.b"}, R"({"a":1,"b":2,"c":3})"), R"({"c":3})");
  EXPECT_EQ(omitted({"$.a", "$.c"}, R"({"a":1,"b":2,"c":3})"), R"({"b":2})");
  EXPECT_EQ(omitted({"$.*"}, R"({ "a":1, "b":2 })"), "{  }");
  EXPECT_EQ(omitted({"$.a"}, R"({"a":1,"x":0,"a":2})"), R"({"x":0})");
  EXPECT_EQ(omitted({"$.a.b"}, R"({"a":{"b":1,"c":2},"b":3})"), R"({"a":{"c":2},"b":3})");
}

TEST(SecretParts, Redacted) {
  EXPECT_EQ(redacted({"$.a"}, R"({"a": [1, 2], "b":2})"), R"({"a": {"$secret":null}, "b":2})");
  EXPECT_EQ(redacted({"$.k.*"}, R"({"k":{"x":"1","y":null}})"),
            R"({"k":{"x":{"$secret":null},"y":{"$secret":null}}})");
}

TEST(SecretParts, ElementsKeepTheirPlaces) {
  for (const auto form : {SecretForm::omit, SecretForm::redact})
    EXPECT_EQ(SecretParts({"$.list[1]"}, form).without(R"({"list":[1, 2 ,3]})"),
              R"({"list":[1, {"$secret":null} ,3]})");
  EXPECT_EQ(omitted({"$[*].token"}, R"([{"token":1},{"token":2,"a":3}])"), R"([{},{"a":3}])");
}

TEST(SecretParts, AtAnyDepth) {
  EXPECT_EQ(omitted({"$..key"}, R"({"key":1,"a":[{"key":2},{"b":{"key":3,"c":4}}]})"),
            R"({"a":[{},{"b":{"c":4}}]})");
  EXPECT_EQ(omitted({"$..a.b"}, R"({"a":{"a":{"b":1,"c":2}}})"), R"({"a":{"a":{"c":2}}})");
  std::string deep;
  for (int i = 0; i < 3000; ++i) deep += "{\"a\":";
  deep += "{\"key\":1}" + std::string(3000, '}');
  EXPECT_EQ(omitted({"$..key", "$..a.key"}, deep).find("key"), std::string::npos);
}

TEST(SecretParts, EverythingElseStaysAsItIs) {
  for (const char* document :
       {"{}", "[]", "null", "\"token\"", "1.50", R"({ "tok" : "\u0041", "x":[1.0,2e5, {} ] })"}) {
    EXPECT_EQ(omitted({"$.token", "$..key"}, document), document);
    EXPECT_EQ(redacted({"$.token", "$..key"}, document), document);
  }
  EXPECT_EQ(omitted({"$['a b']"}, R"({"a b":1,"c":2})"), R"({"c":2})");
}

TEST(SecretParts, WhatIsNoDocumentOrNoPath) {
  for (const char* document : {"", "{", R"({"a":1} x)", R"({"token":"a)", "nothing"})
    EXPECT_THROW(omitted({"$.token"}, document), Error) << document;
  for (const char* path : {"", "$", "$.a~", "@.a", "a.b"}) EXPECT_THROW(omitted({path}, "{}"), Error) << path;
}

}  // namespace
}  // namespace whimbrel
