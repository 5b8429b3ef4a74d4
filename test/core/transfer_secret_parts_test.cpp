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

TEST(SecretParts, ElementsOfTaggedArrays) {
  EXPECT_EQ(omitted({"$[*].p"}, R"({"$array":{"lower":[0],"values":[{"p":1},{"q":2,"p":1}]}})"),
            R"({"$array":{"lower":[0],"values":[{},{"q":2}]}})");
  EXPECT_EQ(omitted({"$[1].p"}, R"({"$array":{"lower":[5],"values":[{"p":1},{"$json":{"$num":2,"p":1}}]}})"),
            R"({"$array":{"lower":[5],"values":[{"p":1},{"$json":{"$num":2}}]}})");
  EXPECT_EQ(omitted({"$[*][*].p"}, R"([[{"$json":{"$num":2,"p":1}},{"p":1}]])"),
            R"([[{"$json":{"$num":2}},{}]])");
  EXPECT_EQ(omitted({"$.a.p"}, R"({"$array":{"values":[{"p":1}]},"a":{"$json":{"p":1}}})"),
            R"({"$array":{"values":[{"p":1}]},"a":{"$json":{"p":1}}})");
  SecretParts parts({"$[*].p"}, SecretForm::omit);
  const std::string kept = R"({"$array":{"lower":[0],"values":[{"p":1},{"p":2}]}})";
  EXPECT_EQ(parts.with(R"({"$array":{"lower":[0],"values":[{"n":1},{}]}})", kept),
            R"({"$array":{"lower":[0],"values":[{"n":1,"p":1},{"p":2}]}})");
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

std::string merged(const std::vector<std::string>& paths, std::string_view document, std::string_view kept) {
  return std::string(SecretParts(paths, SecretForm::omit).with(document, kept));
}

TEST(SecretParts, PutBackWhereTheyWere) {
  EXPECT_EQ(merged({"$.a"}, "{}", R"({"a":1})"), R"({"a":1})");
  EXPECT_EQ(merged({"$.a"}, R"({"b":2})", R"({"a":"x","b":1})"), R"({"b":2,"a":"x"})");
  EXPECT_EQ(merged({"$.a"}, R"({"a":{"$secret": null},"b":2})", R"({"a":[1, 2]})"), R"({"a":[1, 2],"b":2})");
  EXPECT_EQ(merged({"$.k.*"}, R"({"k":{ }})", R"({"k":{"x\n":1,"y":{"z":2}}})"),
            R"({"k":{ "x\n":1,"y":{"z":2}}})");
  EXPECT_EQ(
      merged({"$..key"}, R"([{"a":{}},{"key":{"$secret":null}}])", R"([{"key":1,"a":{"key":2}},{"key":3}])"),
      R"([{"a":{"key":2},"key":1},{"key":3}])");
  EXPECT_EQ(merged({"$.list[1]"}, R"({"list":[7,{"$secret":null},8]})", R"({"list":[1,2]})"),
            R"({"list":[7,2,8]})");
}

TEST(SecretParts, WhatTheDocumentHasStays) {
  EXPECT_EQ(merged({"$.a"}, R"({"a":5})", R"({"a":1})"), R"({"a":5})");
  EXPECT_EQ(merged({"$.a"}, R"({"a":null})", R"({"a":1})"), R"({"a":null})");
  // Another shape than the row's: there is no place.
  EXPECT_EQ(merged({"$.a.*"}, R"({"a":[]})", R"({"a":{"x":1}})"), R"({"a":[]})");
  EXPECT_EQ(merged({"$.a.*"}, R"({"a":{}})", R"({"a":[1]})"), R"({"a":{}})");
  EXPECT_EQ(merged({"$.a.b"}, R"({"c":1})", R"({"a":{"b":1}})"), R"({"c":1})");
  EXPECT_EQ(merged({"$.list[1]"}, R"({"list":[7]})", R"({"list":[1,2]})"), R"({"list":[7]})");
  EXPECT_EQ(merged({"$.a"}, "null", R"({"a":1})"), "null");
  // Only what a path leads to.
  EXPECT_EQ(merged({"$.a"}, R"({"b":{"$secret":null}})", R"({"b":1})"), R"({"b":{"$secret":null}})");
}

TEST(SecretParts, WithoutAValueTheyAreNull) {
  SecretParts parts({"$..key"}, SecretForm::omit);
  EXPECT_EQ(parts.with(R"({"key":{"$secret":null},"l":[{"key":1}]})", ""), R"({"key":null,"l":[{"key":1}]})");
  EXPECT_EQ(parts.lost(), 1U);
  EXPECT_EQ(parts.with(R"({"key":{"$secret":null}})", R"({"key":null})"), R"({"key":null})");
  EXPECT_EQ(parts.with(R"({"key":{"$secret":null}})", "no document"), R"({"key":null})");
  EXPECT_EQ(parts.lost(), 2U);
  EXPECT_THROW(parts.with("{", "{}"), Error);
}

TEST(SecretParts, TakingOutAndPuttingBackGivesTheSame) {
  const std::vector<std::string> paths = {"$..key", "$.list[*]", "$.a.b"};
  const std::string document =
      R"({"a":{"c":1,"b":[1]},"list":[1,{"x":2}],"deep":[[{"y":0,"key":"s"}]],"key":{"key":1}})";
  for (const auto form : {SecretForm::omit, SecretForm::redact})
    EXPECT_EQ(SecretParts(paths, form).with(SecretParts(paths, form).without(document), document), document);
}

TEST(SecretParts, WhatIsNoDocumentOrNoPath) {
  for (const char* document : {"", "{", R"({"a":1} x)", R"({"token":"a)", "nothing"})
    EXPECT_THROW(omitted({"$.token"}, document), Error) << document;
  for (const char* path : {"", "$", "$.a~", "@.a", "a.b"}) EXPECT_THROW(omitted({path}, "{}"), Error) << path;
}

}  // namespace
}  // namespace whimbrel
