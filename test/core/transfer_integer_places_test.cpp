#include <gtest/gtest.h>

#include <string>

#include "common/transfer/integer_places.h"

namespace whimbrel {
namespace {

IntegerPlaces places(std::string_view text) { return read_integer_places(json::read_tree(text)); }

std::string quoted(std::string_view value, std::string_view where) {
  json::Buffer out;
  quote_large_integers(out, value, places(where));
  return std::string(out.view());
}

std::string unquoted(std::string_view value, std::string_view where) {
  json::Buffer out;
  unquote_large_integers(out, value, places(where));
  return std::string(out.view());
}

TEST(IntegerPlaces, AreWrittenAsTheyAreRead) {
  for (const char* text : {"true", "[true]", "[[true]]", R"({"n":true,"more \"":[{"x":true}]})", "null"}) {
    json::Buffer out;
    write_integer_places(out, places(text));
    EXPECT_EQ(out.view(), text);
  }
  EXPECT_FALSE(places(R"({"a":null,"b":[],"c":[true,true],"d":"x","e":{}})").any());
}

TEST(IntegerPlaces, LargeIntegersBecomeStringsAndComeBack) {
  struct Case {
    const char *where, *value, *with_strings;
  };
  for (
      const Case& one : {
          Case{"[true]", "[9007199254740991,9007199254740992,null,-9007199254740993]",
               R"([9007199254740991,"9007199254740992",null,"-9007199254740993"])"},
          Case{"[true]", "[[1,9223372036854775807],[-9223372036854775808,2]]",
               R"([[1,"9223372036854775807"],["-9223372036854775808",2]])"},
          Case{"[true]", R"({"$array":{"lower":[5],"values":[9007199254740993]}})",
               R"({"$array":{"lower":[5],"values":["9007199254740993"]}})"},
          // An array of arrays, and what its composite elements have.
          Case{"[[true]]", R"([{"$array":{"lower":[1],"values":[9007199254740993]}}])",
               R"([{"$array":{"lower":[1],"values":["9007199254740993"]}}])"},
          Case{R"([{"n":true}])", R"([{"t":"9007199254740993","n":9007199254740993},{"n":null}])",
               R"([{"t":"9007199254740993","n":"9007199254740993"},{"n":null}])"},
          // Documents and texts in it stay; so does another attribute's number.
          Case{
              R"({"n":true,"a":[true]})",
              R"({"n":9007199254740993,"j":{"n":9007199254740993,"s":"9007199254740993"},"a":[9007199254740993],"d":9007199254740993})",
              R"({"n":"9007199254740993","j":{"n":9007199254740993,"s":"9007199254740993"},"a":["9007199254740993"],"d":9007199254740993})"},
          Case{R"({"a\"b":true})", R"({"a\"b":9007199254740993})", R"({"a\"b":"9007199254740993"})"},
          Case{"[true]", "[]", "[]"},
      }) {
    EXPECT_EQ(quoted(one.value, one.where), one.with_strings);
    EXPECT_EQ(unquoted(one.with_strings, one.where), one.value);
  }
}

TEST(IntegerPlaces, OtherStringsStayStrings) {
  for (const char* value : {R"(["1","007","-0","9007199254740991","90071992547409930000000","x",""])",
                            R"([" 9007199254740993","9007199254740993.0"])", R"("9007199254740993")"})
    EXPECT_EQ(unquoted(value, "[true]"), value);
}

}  // namespace
}  // namespace whimbrel
