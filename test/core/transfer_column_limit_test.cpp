#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "common/transfer/array_limit.h"
#include "common/transfer/column_limit.h"

namespace whimbrel {
namespace {

std::string change(std::string_view type, std::string_view given, const Cell& cell) {
  const auto limit = ColumnLimit::of(type);
  if (!limit) return "none";
  RepeatedKeys keys;
  return limit->change(given, cell, keys);
}

std::string of_number(std::string_view type, std::string_view text) {
  return change(type, text, Cell::of(Tag::number, text));
}

std::string of_real(std::string_view text) {
  return change("double precision", text, Cell::real_of(std::strtod(std::string(text).c_str(), nullptr)));
}

std::string of_single(std::string_view text) {
  Cell cell = Cell::real_of(std::strtof(std::string(text).c_str(), nullptr));
  cell.tag = Tag::real32;
  return change("real", text, cell);
}

std::string of_text(std::string_view type, std::string_view text) {
  return change(type, text, Cell::text(text));
}

TEST(ColumnLimit, TypesWithout) {
  for (const char* type : {"numeric", "text", "character varying", "bigint", "timestamp without time zone",
                           "timestamp(6) without time zone", "interval", "interval day to second", "json",
                           "bit(3)", "numeric(8,2)[]", "my type(3)", "", "("})
    EXPECT_FALSE(ColumnLimit::of(type).has_value()) << type;
}

TEST(ColumnLimit, Reals) {
  for (const char* text : {"0", "-0.0", "5.00", "0.1", "123456789012345", "9007199254740992", "1e300", "1E+2",
                           "100000000000000000000", "0.30000000000000004", "5e-324"})
    EXPECT_EQ(of_real(text), "") << text;
  EXPECT_EQ(of_real("9007199254740993"), "would become the number 9007199254740992.0");
  for (const char* text :
       {"0.30000000000000003", "-9007199254740993", "0.1000000000000000000000001", "3e-324"})
    EXPECT_NE(of_real(text), "") << text;
  for (const char* text : {"0.1", "16777216", "3.4028235e38", "0.5000000"})
    EXPECT_EQ(of_single(text), "") << text;
  for (const char* text : {"16777217", "0.30000000000000004", "0.1234567891"})
    EXPECT_NE(of_single(text), "") << text;
  EXPECT_EQ(change("real", "NaN", Cell::real_of(0)), "");
  EXPECT_EQ(change("real", "null", Cell()), "");
}

TEST(ColumnLimit, Decimals) {
  for (const char* text :
       {"0", "0.000", "1.5", "1.500", "-1.25", "125e-2", "1e30", "12.5e-1", "NaN", "-Infinity", "0e-400"})
    EXPECT_EQ(of_number("numeric(8,2)", text), "") << text;
  for (const char* text : {"1.005", "-0.001", "1e-3", "1005E-3", "1e-99999999999999999999"})
    EXPECT_EQ(of_number("numeric(8,2)", text), "would be rounded to 2 decimal places") << text;
  EXPECT_EQ(of_number("numeric(8)", "7.0"), "");
  EXPECT_NE(of_number("numeric(8)", "7.5"), "");
  EXPECT_EQ(of_number("numeric(3,-2)", "700"), "");
  EXPECT_EQ(of_number("numeric(3,-2)", "7e2"), "");
  EXPECT_NE(of_number("numeric(3,-2)", "710"), "");
}

TEST(ColumnLimit, Times) {
  const auto timestamp = [](std::int64_t microseconds) {
    return change("timestamp(3) with time zone", "", Cell::of(Tag::timestamptz, microseconds));
  };
  EXPECT_EQ(timestamp(7'000), "");
  EXPECT_EQ(timestamp(-7'000), "");
  EXPECT_NE(timestamp(-7'001), "");
  EXPECT_EQ(timestamp(kInfinity), "");
  EXPECT_EQ(timestamp(kNegativeInfinity), "");
  EXPECT_NE(change("time(0) without time zone", "", Cell::of(Tag::time, std::int64_t{500'000})), "");
  EXPECT_EQ(of_text("interval(1)", "P1DT1.5S"), "");
  EXPECT_NE(of_text("interval(1)", "PT1.55S"), "");
  EXPECT_NE(of_text("interval(1)", "1 day 1.55 s"), "");
  EXPECT_EQ(of_text("interval(1)", "1.55 days"), "");  // the column's own reader has its say
}

TEST(ColumnLimit, Texts) {
  EXPECT_EQ(of_text("character varying(3)", "abc"), "");
  EXPECT_EQ(of_text("character varying(3)", "äöü"), "");
  EXPECT_EQ(of_text("character varying(3)", "ab "), "");
  EXPECT_EQ(of_text("character varying(3)", "abcd"), "");  // an error of its own
  EXPECT_NE(of_text("character varying(3)", "abc "), "");
  EXPECT_NE(of_text("character(3)", "äöü "), "");
  EXPECT_EQ(of_text("name", std::string(63, 'n')), "");
  EXPECT_NE(of_text("name", std::string(64, 'n')), "");
  Arena arena;
  const auto filled = [&](std::string_view text) {
    Cell cell = Cell::text(text);
    ColumnLimit::of("character(3)")->fill_up(cell, arena);
    return std::string(cell.view());
  };
  EXPECT_EQ(filled(""), "   ");
  EXPECT_EQ(filled("ä"), "ä  ");
  EXPECT_EQ(filled("abcd"), "abcd");
}

TEST(ColumnLimit, Members) {
  const auto document = [](std::string_view text) {
    return change("jsonb", text, Cell::of(Tag::json, text));
  };
  std::string many = "{";
  for (int i = 0; i < 1000; ++i) many += "\"k" + std::to_string(i) + "\": {\"k\": 1}, ";
  for (const std::string& text :
       {std::string("{}"), std::string("[]"), std::string("7"), std::string("\"a\""),
        std::string("[{\"a\":1},{\"a\":1}]"), std::string("{\"a\":{\"a\":{\"a\":1}}}"),
        std::string("{\"a\":\"a\"}"), many + "\"k\": 1}"})
    EXPECT_EQ(document(text), "") << text.substr(0, 80);
  for (const std::string& text :
       {std::string("{\"a\":1,\"a\":1}"), std::string("[[{\"x\":{\"a\":1,\"b\":[],\"\\u0061\":1}}]]"),
        many + "\"k7\": 1}"})
    EXPECT_NE(document(text), "") << text.substr(0, 80);
  EXPECT_EQ(document("{\"a\":1,\"a\":"), "");  // for others to say
}

TEST(ColumnLimit, BesideTheDocumentsType) {
  const auto has = [](std::string_view here, std::string_view there, bool dynamic) {
    Column column;
    column.type = here;
    return limit_beside(column, {"v", std::string(there), kind_of_type(there)}, dynamic).has_value();
  };
  EXPECT_FALSE(has("numeric(8,2)", "numeric(8,2)", false));
  EXPECT_TRUE(has("numeric(8,2)", "numeric(8,2)", true));
  EXPECT_FALSE(has("double precision", "real", false));
  EXPECT_FALSE(has("double precision", "REAL", true));
  EXPECT_TRUE(has("real", "double precision", false));
  EXPECT_FALSE(has("double precision", "integer", false));
  EXPECT_TRUE(has("double precision", "INTEGER", true));
  EXPECT_TRUE(has("double precision", "bigint", false));
  EXPECT_FALSE(has("text", "json", false));
  Column domain;
  domain.type = "price";
  domain.base_type = "numeric(8,2)";
  EXPECT_TRUE(limit_beside(domain, {"v", "numeric", Kind::numeric}, false).has_value());
  EXPECT_TRUE(limit_beside(domain, {"v", "price", Kind::numeric}, false).has_value());  // maybe another one
}

TEST(ArrayLimit, Elements) {
  const auto change = [](std::string_view type, std::string_view given) {
    const auto limit = ArrayLimit::of(type, "text[]");
    if (!limit) return std::string("none");
    RepeatedKeys keys;
    return limit->change(given, keys);
  };
  for (const char* type : {"numeric(8,2)", "text[]", "jsonb[]", "integer[]", "price[]", "[]"})
    EXPECT_EQ(change(type, "[1.005]"), "none") << type;
  EXPECT_EQ(change("numeric(8,2)[]", "[1.5,null,[2.25,[3]]]"), "");
  EXPECT_EQ(change("numeric(8,2)[]", "[1.5,null,[2.25,[3.005]]]"),
            "has 3.005, which would be rounded to 2 decimal places");
  EXPECT_EQ(change("numeric(8,2)[]", R"({"$array":{"lower":[5],"values":[1,1.005]}})"),
            "has 1.005, which would be rounded to 2 decimal places");
  EXPECT_EQ(change("numeric(3,-2)[]", R"({"$array":{"lower":[5],"values":[100,{"$num":"NaN"}]}})"), "");
  EXPECT_EQ(change("character varying(3)[]", R"(["abc","ab  "])"),
            "has \"ab  \", which would lose blanks at its end");
  EXPECT_EQ(change("character(3)[]", R"(["a","abc"])"), "");
  EXPECT_EQ(change("timestamp(0) without time zone[]", R"(["2026-01-01T00:00:00.5"])"),
            "has \"2026-01-01T00:00:00.5\", which would be rounded to 0 digits of a second");
  EXPECT_NE(change("real[]", "[0.5,16777217]"), "");
  EXPECT_EQ(change("double precision[]", "[0.1,1e300]"), "");
}

TEST(ColumnLimit, OfIntervalsAndTimesWithAZone) {
  const auto change = [](std::string_view type, std::string_view text) {
    RepeatedKeys keys;
    const auto limit = ColumnLimit::of(type);
    return limit ? limit->change(text, Cell::text(text), keys) : "none";
  };
  for (const char* type : {"interval", "interval second", "interval day to second", "interval(6)"})
    EXPECT_EQ(change(type, "PT1.5S"), "none") << type;
  EXPECT_EQ(change("interval year", "P2Y"), "");
  EXPECT_EQ(change("interval year", "P2Y1M"), "would lose what is less than a year");
  EXPECT_EQ(change("interval year to month", "P2Y1M"), "");
  EXPECT_EQ(change("interval month", "P1D"), "would lose what is less than a month");
  EXPECT_EQ(change("interval day", "P1M1D"), "");
  EXPECT_EQ(change("interval day to hour", "P1M1DT3H"), "");
  EXPECT_EQ(change("interval hour", "PT60M1S"), "would lose what is less than an hour");
  EXPECT_EQ(change("interval hour to minute", "-00:01:00.5"), "would lose what is less than a minute");
  EXPECT_EQ(change("interval minute to second(1)", "1.5 s"), "");
  EXPECT_EQ(change("interval minute to second(1)", "1.25 s"), "would be rounded to 1 digits of a second");
  EXPECT_EQ(change("interval day", "no interval"), "");  // the server refuses it
  EXPECT_EQ(change("time(1) with time zone", "10:00:00.5000+02"), "");
  EXPECT_EQ(change("time(1) with time zone", "10:00:00.505+02"), "would be rounded to 1 digits of a second");
  EXPECT_EQ(change("time(1) with time zone", "12.04.2003 10:00+02"), "");
  EXPECT_EQ(change("time with time zone", "10:00:00.1234567-02:30"),
            "would be rounded to 6 digits of a second");
}

TEST(ArrayLimit, BlanksOfElements) {
  const auto filled = [](std::string_view type, std::string_view given, std::string_view source = "text[]") {
    return ArrayLimit::of(type, source)->filled_up(given).value_or("same");
  };
  EXPECT_EQ(filled("character(3)[]", R"(["a",null,"abc","\u00e4"])"), R"(["a  ",null,"abc","ä  "])");
  EXPECT_EQ(filled("character(3)[]", R"({"$array": {"lower":[5], "values":["" , "a"]}} )"),
            R"({"$array": {"lower":[5], "values":["   " , "a  "]}} )");
  EXPECT_EQ(filled("character(3)[]", R"(["abc","ab    "])"), "same");
  EXPECT_EQ(filled("character(3)[]", R"([["abc"],["ab   "]])", "character(5)[]"), R"([["abc"],["ab "]])");
  EXPECT_EQ(filled("character varying(3)[]", R"(["a"])"), "same");
  RepeatedKeys keys;
  EXPECT_EQ(ArrayLimit::of("character(3)[]", "character(5)[]")->change(R"(["ab   "])", keys), "");
}

TEST(ColumnLimit, BlanksOfAShorterOne) {
  Column column;
  column.type = "character(3)";
  const auto filled = [&](std::string_view there, std::string_view text) {
    auto limit = limit_beside(column, {"v", std::string(there), Kind::text}, false);
    Arena arena;
    Cell cell = Cell::text(text);
    limit->fill_up(cell, arena);
    return std::string(cell.view());
  };
  EXPECT_EQ(filled("text", "ab"), "ab ");
  EXPECT_EQ(filled("character(5)", "ab   "), "ab ");
  EXPECT_EQ(filled("character(5)", "ä     "), "ä  ");
  EXPECT_EQ(filled("character(5)", "abcd "), "abcd ");  // the server refuses it
  EXPECT_EQ(filled("text", "ab   "), "ab   ");
}

}  // namespace
}  // namespace whimbrel
