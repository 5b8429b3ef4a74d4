#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "common/transfer/stored_value.h"

namespace whimbrel {
namespace {

std::string instead(const Cell& cell, std::string_view type) {
  return stored_instead(cell, affinity_of(type), kind_of_type(type));
}

std::string instead_of(std::string_view text, std::string_view type) {
  return instead(Cell::text(text), type);
}

TEST(StoredValue, Affinities) {
  EXPECT_EQ(affinity_of("BIGINT"), Affinity::integer);
  EXPECT_EQ(affinity_of("POINT"), Affinity::integer);
  EXPECT_EQ(affinity_of("varchar(5)"), Affinity::text);
  EXPECT_EQ(affinity_of("NUMERIC_TEXT"), Affinity::text);
  EXPECT_EQ(affinity_of(""), Affinity::none);
  EXPECT_EQ(affinity_of("Blob"), Affinity::none);
  EXPECT_EQ(affinity_of("double precision"), Affinity::real);
  EXPECT_EQ(affinity_of("DATETIME"), Affinity::numeric);
}

TEST(StoredValue, TextThatReadsAsANumber) {
  for (const char* text : {"5", " 5\n", "+5", "-5", "5.", ".5", "5e3", "5E-3", "007", "1e400"})
    EXPECT_TRUE(reads_as_number(text)) << text;
  for (const char* text :
       {"", " ", "-", ".", "5e", "5e+", "0x10", "inf", "NaN", "5 5", "2026-01-02", "1.2.3"})
    EXPECT_FALSE(reads_as_number(text)) << text;
}

TEST(StoredValue, Integers) {
  EXPECT_EQ(instead(Cell::integer_of(9007199254740993), "NUMERIC"), "");
  EXPECT_EQ(instead(Cell::integer_of(9007199254740992), "REAL"), "");
  EXPECT_EQ(instead(Cell::integer_of(9007199254740993), "REAL"), "the number 9007199254740992.0");
  EXPECT_EQ(instead(Cell::integer_of(5), "TEXT"), "the text \"5\"");
  EXPECT_EQ(instead(Cell::integer_of(5), "NUMERIC_TEXT"), "");
  EXPECT_EQ(instead(Cell::integer_of(5), ""), "");
}

TEST(StoredValue, Reals) {
  for (const char* type : {"REAL", "NUMERIC", "INTEGER"}) {
    EXPECT_EQ(instead(Cell::real_of(0.1), type), "") << type;
    EXPECT_EQ(instead(Cell::real_of(5.0), type), "") << type;
    EXPECT_EQ(instead(Cell::real_of(12345678901234567168.0), type), "") << type;
    EXPECT_NE(instead(Cell::real_of(-0.0), type), "") << type;
  }
  EXPECT_EQ(instead(Cell::real_of(-0.0), ""), "");
  EXPECT_EQ(instead(Cell::real_of(1234567890123456789.0), "REAL"), "");
  EXPECT_EQ(instead(Cell::real_of(1234567890123456789.0), "NUMERIC"), "the number 1234567890123456768");
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(instead(Cell::real_of(nan), "REAL"), "");
  EXPECT_EQ(instead(Cell::real_of(nan), "BOOLEAN"), "the text \"NaN\"");
  EXPECT_EQ(instead(Cell::real_of(-std::numeric_limits<double>::infinity()), "REAL"), "");
}

TEST(StoredValue, Decimals) {
  const auto of = [](std::string_view number, std::string_view type) {
    return instead(Cell::of(Tag::number, number), type);
  };
  EXPECT_EQ(of("1.50", "NUMERIC"), "");
  EXPECT_EQ(of("12345678901234567890.12", "NUMERIC"), "the number 12345678901234567168.0");
  EXPECT_EQ(of("12345678901234567890.12", "NUMERIC_TEXT"), "");
  EXPECT_EQ(of("1234567890123456800.0", ""), "");
  EXPECT_EQ(of("12345678901234567890.12", ""), "");
  EXPECT_EQ(of("1e400", "NUMERIC"), "infinity");
  EXPECT_EQ(of("Infinity", "NUMERIC"), "");
}

TEST(StoredValue, Texts) {
  EXPECT_EQ(instead_of("007", "INTEGER"), "the number 7");
  EXPECT_EQ(instead_of("007", "TEXT"), "");
  EXPECT_EQ(instead_of("007", ""), "");
  EXPECT_EQ(instead_of("1.50", "NUMERIC"), "");
  EXPECT_EQ(instead_of("+1.5", "NUMERIC"), "the number 1.5");
  EXPECT_EQ(instead_of("2026", "DATE"), "the number 2026");
  EXPECT_EQ(instead_of("2026-01-02", "DATE"), "");
  EXPECT_EQ(instead_of(" 5 ", "JSON"), "");
}

}  // namespace
}  // namespace whimbrel
