// JSON paths: their syntax, and what they lead to in documents, byte by byte.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "common/error.h"
#include "common/json/path.h"
#include "common/json/path_scan.h"

namespace whimbrel::json {
namespace {

// "path number:text@place/strings" for each match; a key has a ~ behind its number.
std::vector<std::string> found(const std::vector<PathScan::Rule>& rules, std::string_view document) {
  PathScan scan(rules);
  std::vector<std::string> matches;
  for (const PathMatch& match : scan.scan(document)) {
    const std::uint32_t begin = match.piece.place(0), end = match.piece.place(match.piece.text.size());
    std::string text = std::to_string(match.path) + (match.kind == PathMatch::Kind::key ? "~:" : ":");
    text += match.piece.text;
    if (match.piece.text != document.substr(begin, end - begin))
      text += "=" + std::string(document.substr(begin, end - begin));
    if (match.piece.strings != 1) text += "/" + std::to_string(match.piece.strings);
    matches.push_back(text);
  }
  return matches;
}

std::vector<std::string> found(const std::string& path, std::string_view document) {
  return found({{parse_path(path)}}, document);
}

using List = std::vector<std::string>;

TEST(JsonPath, Members) {
  EXPECT_EQ(
      found("$.nodes[*].data.agentId", R"({"nodes":[{"data":{"agentId":"a1"}},{"data":{"agentId":22}},{}]})"),
      (List{"0:a1", "0:22/0"}));
  EXPECT_EQ(found("$['quoted key'][1]", R"({"quoted key":["a","b","c"],"quoted":1})"), List{"0:b"});
  EXPECT_EQ(found(R"($["it's"]['a\'\\b'])", R"({"it's":{"a'\\b":"x"}})"), List{"0:x"});
  EXPECT_EQ(found("$.map.*", R"({"map":{"a":1,"b":[2],"c":"three","d":4}})"),
            (List{"0:1/0", "0:three", "0:4/0"}));
  EXPECT_EQ(found("$[*][*]", "[[1,2],[],{\"a\":3}]"), (List{"0:1/0", "0:2/0", "0:3/0"}));
  EXPECT_EQ(found("$", "17"), List{"0:17/0"});
  EXPECT_EQ(found("$", "\"x\""), List{"0:x"});
  EXPECT_EQ(found("$.a", " { \"b\" : {\"a\":1} , \"a\" : \"y\" } "), List{"0:y"});
}

TEST(JsonPath, Descendants) {
  EXPECT_EQ(found("$..id", R"({"id":1,"x":[{"id":2,"y":{"id":"3"}}],"z":{"w":{"id":[4,{"id":5}]}}})"),
            (List{"0:1/0", "0:2/0", "0:3", "0:5/0"}));
  EXPECT_EQ(found("$.x..b[0]", R"({"b":[9],"x":{"b":[1],"c":[{"b":[2,3]}]}})"), (List{"0:1/0", "0:2/0"}));
  EXPECT_EQ(found("$..a..b", R"({"a":{"a":{"b":1}}})"), List{"0:1/0"});
  EXPECT_EQ(found("$..*", R"({"a":1,"b":{"c":"d"}})"), (List{"0:1/0", "0:d"}));
  EXPECT_EQ(found("$..['a b']", R"({"x":{"a b":"y"}})"), List{"0:y"});
}

TEST(JsonPath, Keys) {
  EXPECT_EQ(found("$.agents~", R"({"agents":{"a1":{"a1":2},"a\u0032":3},"b":1})"),
            (List{"0~:a1", "0~:a2=a\\u0032"}));
  EXPECT_EQ(found("$~", R"({"x":[],"y":{}})"), (List{"0~:x", "0~:y"}));
  EXPECT_EQ(found("$..agents~", R"({"agents":{"agents":{"z":1}}})"), (List{"0~:agents", "0~:z"}));
  EXPECT_EQ(found("$.agents~", R"({"agents":["a"]})"), List{});
}

TEST(JsonPath, OnlyWhatCanBeAnId) {
  EXPECT_EQ(found("$[*]", R"([1,-2,3.0,1e3,true,false,null,"",{},[],"x"])"),
            (List{"0:1/0", "0:-2/0", "0:", "0:x"}));
}

TEST(JsonPath, SeveralAtOnceInTheirOrder) {
  EXPECT_EQ(found({{parse_path("$..id")}, {parse_path("$.b.*")}, {parse_path("$.b~")}},
                  R"({"id":1,"b":{"id":2,"c":3}})"),
            (List{"0:1/0", "2~:id", "0:2/0", "1:2/0", "2~:c", "1:3/0"}));
}

TEST(JsonPath, Escapes) {
  EXPECT_EQ(found("$.\xC3\xA4", R"({"\u00e4":"\u00c4\n\"\\\/\ud83d\ude00x"})"),
            List{"0:\xC3\x84\n\"\\/\xF0\x9F\x98\x80x=\\u00c4\\n\\\"\\\\\\/\\ud83d\\ude00x"});
  EXPECT_EQ(found("$", "\"\\ud800\""), List{"0:\xEF\xBF\xBD=\\ud800"});
}

TEST(JsonPath, DocumentsInsideStrings) {
  const std::string document =
      R"({"config":"{\"agent\":7,\"name\":\"a\\u0062c\",\"in\":\"{\\\"agent\\\":\\\"x\\\"}\"}"})";
  EXPECT_EQ(found({{parse_path("$.config.agent"), true}, {parse_path("$.config.name"), true}}, document),
            (List{"0:7", "1:abc=a\\\\u0062c/2"}));
  EXPECT_EQ(found({{parse_path("$.config.in.agent"), true}}, document), List{"0:x/3"});
  EXPECT_EQ(found({{parse_path("$..agent"), true}}, document), (List{"0:7", "0:x/3"}));
  EXPECT_EQ(found("$.config.agent", document), List{});  // only where it was asked for
  EXPECT_EQ(found({{parse_path("$.config.agent"), true}}, R"({"config":"{agent:7}"})"), List{});
  EXPECT_EQ(found({{parse_path("$.a~"), true}}, R"({"a":"{\"k\":1}"})"), List{"0~:k/2"});
}

TEST(JsonPath, TheContainerOfAMatch) {
  PathScan scan({{parse_path("$.items[*].ref.id"), false, 2}});
  const std::string document =
      R"({"items":[{"type":"agent","ref":{"id":1}},{"ref":{"id":2},"type":{"x":"y"}}],"type":"no"})";
  const auto& matches = scan.scan(document);
  ASSERT_EQ(matches.size(), 2u);
  const Path type = parse_path("@.type"), inside = parse_path("@.type.x");
  EXPECT_EQ(scalar_at(matches[0].container, type.steps, 0), "agent");
  EXPECT_EQ(scalar_at(matches[1].container, type.steps, 0), "");
  EXPECT_EQ(scalar_at(matches[1].container, inside.steps, 0), "y");
}

TEST(JsonPath, BrokenDocumentsEndIt) {
  for (const std::string text :
       {"", "{", "{\"a", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":\"", "[[[", "{]", "{\"a\":}", "{1}", "\"\\",
        "{\"a\":\"\\u12", "[,]", "}", "{\"a\":{\"a\":\"x\"}"})
    found({{parse_path("$..a"), true}, {parse_path("$..a~")}}, text);
  EXPECT_EQ(found("$..a", "{\"a\":{\"a\":\"x\"}"), List{"0:x"});
}

TEST(JsonPath, DeepDocuments) {
  std::string document;
  for (int i = 0; i < 9000; ++i) document += "{\"a\":";
  document += "{\"b\":1}";
  EXPECT_EQ(found("$..b", document), List{"0:1/0"});
}

TEST(JsonPath, WhatIsWrongIsNamedWithItsPlace) {
  const auto message = [](std::string_view text) {
    try {
      parse_path(text);
    } catch (const Error& error) {
      EXPECT_EQ(error.code, code::kInvalidArgument);
      return error.message;
    }
    return std::string("no error");
  };
  EXPECT_EQ(message(""), "path \"\" is wrong at character 1: it must begin with $");
  EXPECT_EQ(message("a.b"), "path \"a.b\" is wrong at character 1: it must begin with $");
  EXPECT_EQ(message("$a"), "path \"$a\" is wrong at character 2: expected . or [");
  EXPECT_EQ(message("$.\xC3\xA4."), "path \"$.\xC3\xA4.\" is wrong at character 5: expected a name or *");
  EXPECT_EQ(message("$..[0"), "path \"$..[0\" is wrong at character 6: expected ]");
  EXPECT_EQ(message("$[x]"), "path \"$[x]\" is wrong at character 3: expected a number, * or a quoted name");
  EXPECT_EQ(message("$['x]"), "path \"$['x]\" is wrong at character 6: the quote is not closed");
  EXPECT_EQ(message("$.a~.b"), "path \"$.a~.b\" is wrong at character 5: ~ must be its end");
  EXPECT_EQ(message("$.a b"), "path \"$.a b\" is wrong at character 4: expected . or [");
  EXPECT_EQ(message("$[-1]"),
            "path \"$[-1]\" is wrong at character 3: expected a number, * or a quoted name");
}

}  // namespace
}  // namespace whimbrel::json
