#include "common/options.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "common/error.h"

namespace whimbrel {
namespace {

constexpr std::string_view kOrders[] = {"error", "allow"};
constexpr std::string_view kModes[] = {"one", "two", "three"};
constexpr OptionSpec kSpecs[] = {{"tables", OptionType::text_list},
                                 {"steps", OptionType::integer},
                                 {"out_of_order", OptionType::text, kOrders},
                                 {"mode", OptionType::text, kModes},
                                 {"env", OptionType::text},
                                 {"vars", OptionType::text_map},
                                 {"dry_run", OptionType::boolean}};

Error error_of(Cell cell, std::span<const OptionSpec> specs = kSpecs) {
  try {
    const Options options(cell, specs);
  } catch (const Error& error) {
    return error;
  }
  return Error("none", "no error");
}

std::string message_of(std::string_view text) {
  const Error error = error_of(Cell::text(text));
  EXPECT_EQ(error.code, code::kInvalidOption) << text;
  return error.message;
}

TEST(Options, GivesTypedValues) {
  const Options options(Cell::text(R"({"tables":["a","b\n"], "steps": -3, "out_of_order":"allow", "env":"x",
                                       "vars":{"s":"t","n":1.50,"b":true}, "dry_run":true})"),
                        kSpecs);
  EXPECT_EQ(options.list("tables"), (std::vector<std::string>{"a", "b\n"}));
  EXPECT_EQ(options.integer("steps"), -3);
  EXPECT_EQ(options.text("out_of_order"), "allow");
  EXPECT_EQ(options.text("env"), "x");
  EXPECT_EQ(options.map("vars"),
            (std::map<std::string, std::string>{{"s", "t"}, {"n", "1.50"}, {"b", "true"}}));
  EXPECT_TRUE(options.flag("dry_run", false));
  EXPECT_TRUE(options.has("steps"));
}

TEST(Options, AbsentOnesHaveNoValue) {
  for (const Cell& cell :
       {Cell(), Cell::text("{}"), Cell::of(Tag::json, " { } "), Cell::of(Tag::absent, std::int64_t{0})}) {
    const Options options(cell, kSpecs);
    EXPECT_FALSE(options.has("steps"));
    EXPECT_EQ(options.integer("steps"), std::nullopt);
    EXPECT_EQ(options.text("env"), std::nullopt);
    EXPECT_TRUE(options.list("tables").empty());
    EXPECT_TRUE(options.map("vars").empty());
    EXPECT_TRUE(options.flag("dry_run", true));
    EXPECT_FALSE(options.flag("dry_run", false));
  }
}

TEST(Options, AListMayBeOneString) {
  EXPECT_EQ(Options(Cell::text(R"({"tables":"users"})"), kSpecs).list("tables"),
            std::vector<std::string>{"users"});
  EXPECT_TRUE(Options(Cell::text(R"({"tables":[]})"), kSpecs).has("tables"));
}

TEST(Options, AnUnknownKeyNamesTheNearestOne) {
  const Error error = error_of(Cell::text(R"({"tabels":["a"]})"));
  EXPECT_EQ(error.code, code::kInvalidOption);
  EXPECT_EQ(error.message, "unknown option \"tabels\"");
  EXPECT_EQ(
      error.detail,
      "Known options: \"tables\", \"steps\", \"out_of_order\", \"mode\", \"env\", \"vars\", \"dry_run\".");
  EXPECT_EQ(error.hint, "Did you mean \"tables\"?");
  EXPECT_EQ(error_of(Cell::text(R"({"something":1})")).hint, "");
  const Error none = error_of(Cell::text(R"({"a":1})"), {});
  EXPECT_EQ(none.detail, "This function has no options.");
  EXPECT_EQ(none.hint, "");
}

TEST(Options, AWrongTypeSaysWhatIsWanted) {
  EXPECT_EQ(message_of(R"({"steps":"x"})"), "option \"steps\" must be an integer, not \"x\"");
  EXPECT_EQ(message_of(R"({"steps":1.0})"), "option \"steps\" must be an integer, not 1.0");
  EXPECT_EQ(message_of(R"({"steps":9223372036854775808})"),
            "option \"steps\" must be an integer, not 9223372036854775808");
  EXPECT_EQ(message_of(R"({"steps":null})"), "option \"steps\" must be an integer, not null");
  EXPECT_EQ(message_of(R"({"env":1})"), "option \"env\" must be a string, not 1");
  EXPECT_EQ(message_of(R"({"dry_run":1})"), "option \"dry_run\" must be true or false, not 1");
  EXPECT_EQ(message_of(R"({"dry_run":"true"})"), "option \"dry_run\" must be true or false, not \"true\"");
  EXPECT_EQ(message_of(R"({"tables":["a",1]})"),
            "option \"tables\" must be a string or an array of strings, not [\"a\",1]");
  EXPECT_EQ(message_of(R"({"tables":{}})"),
            "option \"tables\" must be a string or an array of strings, not {}");
  EXPECT_EQ(message_of(R"({"vars":["a"]})"), "option \"vars\" must be an object of strings, not [\"a\"]");
  EXPECT_EQ(message_of(R"({"vars":{"a":{}}})"),
            "option \"vars\" must be an object of strings, not {\"a\":{}}");
  EXPECT_EQ(message_of(R"({"vars":{"a":null}})"),
            "option \"vars\" must be an object of strings, not {\"a\":null}");
}

TEST(Options, ChoicesAreListed) {
  EXPECT_EQ(message_of(R"({"out_of_order":"x"})"),
            "option \"out_of_order\" must be \"error\" or \"allow\", not \"x\"");
  EXPECT_EQ(message_of(R"({"mode":true})"),
            "option \"mode\" must be \"one\", \"two\" or \"three\", not true");
}

TEST(Options, ALongValueIsCutBetweenCharacters) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "é";
  const std::string message = message_of("{\"steps\":\"" + text + "\"}");
  EXPECT_TRUE(message.starts_with("option \"steps\" must be an integer, not \"éé")) << message;
  EXPECT_TRUE(message.ends_with("é…")) << message;
  EXPECT_LT(message.size(), 120u);
}

TEST(Options, AKeyTwiceIsAnError) {
  EXPECT_EQ(message_of(R"({"steps":1,"steps":1})"), "option \"steps\" is given twice");
  EXPECT_EQ(message_of(R"({"vars":{"a":"1","a":"2"}})"), "option \"vars.a\" is given twice");
}

TEST(Options, MustBeAnObject) {
  EXPECT_EQ(message_of("[1]"), "options must be a JSON object, not [1]");
  EXPECT_EQ(message_of("\"steps\""), "options must be a JSON object, not \"steps\"");
  EXPECT_EQ(error_of(Cell::integer_of(1)).message, "options must be a JSON object");
}

TEST(Options, MustBeJson) {
  for (const char* text :
       {"", "{", "{\"steps\":1", "{} x", "{steps:1}", "{\"steps\":1,}", "{\"env\":\"\xff\"}"}) {
    const Error error = error_of(Cell::text(text));
    EXPECT_EQ(error.code, code::kInvalidJson) << text;
    EXPECT_EQ(error.where, "options");
  }
}

TEST(NearestName, IsTheOneWithTheFewestEdits) {
  constexpr std::string_view known[] = {"tables", "exclude", "skip", "clear", "dry_run", "lock_timeout_ms"};
  EXPECT_EQ(nearest_name("table", known), "tables");
  EXPECT_EQ(nearest_name("Tables", known), "tables");
  EXPECT_EQ(nearest_name("tbales", known), "tables");
  EXPECT_EQ(nearest_name("dryrun", known), "dry_run");
  EXPECT_EQ(nearest_name("dry-run", known), "dry_run");
  EXPECT_EQ(nearest_name("lock_timeout", known), "lock_timeout_ms");
  EXPECT_EQ(nearest_name("exlcude", known), "exclude");
  EXPECT_EQ(nearest_name("secrets", known), "");
  EXPECT_EQ(nearest_name("", known), "");
  EXPECT_EQ(nearest_name("x", {}), "");
}

}  // namespace
}  // namespace whimbrel
