// Rules about references: what their settings mean, and which cannot be.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "common/error.h"
#include "common/transfer/references/reference_rule.h"

namespace whimbrel {
namespace {

Rule rule_with(std::string path, const ReferenceSettings& settings, std::string target = "agents") {
  Rule rule;
  rule.table = "flows";
  rule.columns = {"data"};
  rule.path = std::move(path);
  rule.target_table = settings.targets.empty() ? std::move(target) : "";
  rule.settings = settings.text();
  return rule;
}

std::string error_of(const Rule& rule) {
  try {
    parse_reference(rule);
  } catch (const Error& error) {
    return error.message;
  }
  return {};
}

// What the discriminator of a rule says at each reference of the document.
std::vector<std::string> discriminated(const std::string& path, const std::string& discriminator,
                                       std::string_view document) {
  const ReferenceRule rule = parse_reference(rule_with(path, {false, "", discriminator, {{"a", "agents"}}}));
  json::PathScan scan({*rule.scan});
  std::vector<std::string> values;
  for (const json::PathMatch& match : scan.scan(document))
    values.push_back(
        std::string(match.piece.text) + " " +
        json::scalar_at(match.container, rule.discriminator_path->steps, rule.discriminator_step));
  return values;
}

TEST(ReferenceRule, SettingsAreKeptAsText) {
  const ReferenceSettings settings{true, "{{\"{id}\"}}", "type", {{"a", "agents"}, {"", "users"}}};
  EXPECT_EQ(
      settings.text(),
      R"({"decode":true,"pattern":"{{\"{id}\"}}","discriminator":"type","targets":{"":"users","a":"agents"}})");
  const ReferenceSettings read = ReferenceSettings::read(settings.text());
  EXPECT_EQ(read.text(), settings.text());
  EXPECT_EQ(ReferenceSettings().text(), "{}");
}

TEST(ReferenceRule, OfAWholeColumn) {
  const ReferenceRule rule = parse_reference(rule_with("", {}));
  EXPECT_FALSE(rule.scan);
  EXPECT_EQ(rule.targets.at(""), "agents");
}

TEST(ReferenceRule, DiscriminatorsOfTheSameElement) {
  using List = std::vector<std::string>;
  const std::string items = R"({"type":"x","items":[{"type":"a","id":1},{"id":2,"type":"b"},{"id":3}]})";
  EXPECT_EQ(discriminated("$.items[*].id", "$.items[*].type", items), (List{"1 a", "2 b", "3 "}));
  EXPECT_EQ(discriminated("$.items[*].id", "@.type", items), (List{"1 a", "2 b", "3 "}));
  EXPECT_EQ(discriminated("$.items[*].id", "$.type", items), (List{"1 x", "2 x", "3 x"}));
  EXPECT_EQ(discriminated("$..id", "@.type", items), (List{"1 a", "2 b", "3 "}));
  const std::string keys = R"([{"kind":"a","map":{"7":1,"8":2}},{"kind":"b","map":{"9":3}}])";
  EXPECT_EQ(discriminated("$[*].map~", "$[*].kind", keys), (List{"7 a", "8 a", "9 b"}));
  EXPECT_EQ(discriminated("$[*].map~", "@.7", keys), (List{"7 1", "8 1", "9 "}));
  EXPECT_EQ(discriminated("$[*].ids[*]", "$[*].kind", R"([{"ids":[1,2],"kind":"a"}])"), (List{"1 a", "2 a"}));
}

TEST(ReferenceRule, WhatCannotBe) {
  EXPECT_EQ(error_of(rule_with("@.a", {})), "path \"@.a\" must begin with $");
  EXPECT_EQ(error_of(rule_with("", {true, "", "", {}})), "option \"decode\" needs a path");
  EXPECT_EQ(error_of(rule_with("", {}, "")),
            "a rule \"reference\" needs the option \"target_table\" or \"targets\"");
  EXPECT_EQ(error_of(rule_with("", {false, "x", "", {}})),
            "pattern \"x\" must hold {id} once, with something in front of it");
  EXPECT_EQ(error_of(rule_with("", {false, "{id}x", "", {}})),
            "pattern \"{id}x\" must hold {id} once, with something in front of it");
  EXPECT_EQ(error_of(rule_with("$.a", {false, "", "type", {}})),
            "a discriminator and its targets must be given together");
  EXPECT_EQ(error_of(rule_with("", {false, "", "@.type", {{"a", "b"}}})),
            "discriminator \"@.type\" is a path, but the rule has none");
  const std::string unrelated = "discriminator \"$.b[*].type\" does not lead to one value for each reference";
  EXPECT_EQ(error_of(rule_with("$.a[*].id", {false, "", "$.b[*].type", {{"a", "b"}}})), unrelated);
  EXPECT_EQ(error_of(rule_with("$", {false, "", "$.type", {{"a", "b"}}})),
            "discriminator \"$.type\" does not lead to one value for each reference");
  EXPECT_EQ(error_of(rule_with("$.a..id", {false, "", "$.a.type", {{"a", "b"}}})),
            "discriminator \"$.a.type\" does not lead to one value for each reference");
}

std::vector<std::string> ids(std::string_view pattern, std::string_view text) {
  const IdTemplate made(pattern);
  std::vector<std::string> found;
  for (auto place = made.find(text, 0); place.begin != std::string_view::npos;
       place = made.find(text, place.end))
    found.emplace_back(text.substr(place.begin, place.end - place.begin));
  return found;
}

TEST(IdTemplate, FindsIds) {
  using List = std::vector<std::string>;
  EXPECT_EQ(
      ids("{{agent:{id}}}", "a {{agent:1}}{{agent:x.y}} {{agent:}} {{agent: 2}} {{agent:3} {{agent:4}}"),
      (List{"1", "x.y", "4"}));
  EXPECT_EQ(ids("agent:{id}", "agent:12, agent:a-b_c. agent:"), (List{"12", "a-b_c"}));
  EXPECT_EQ(ids("/u/{id}/", "/u/1/u/2/ /u/3"), (List{"1", "2"}));
  EXPECT_EQ(ids("a{id}", "a" + std::string(300, '1')), List{});
  EXPECT_EQ(ids("<{id}>", "<<1>"), List{"<1"});
}

}  // namespace
}  // namespace whimbrel
