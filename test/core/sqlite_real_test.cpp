#include "common/complete/sqlite_real.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

namespace whimbrel {
namespace {

std::string text_of(double value) {
  char text[kMaxSqliteReal];
  return {text, put_sqlite_real(text, value)};
}

TEST(SqliteReal, WhatIsShortStaysShort) {
  EXPECT_EQ(text_of(0.1), "0.1");
  EXPECT_EQ(text_of(-1234.5), "-1234.5");
  EXPECT_EQ(text_of(2), "2.0");
  EXPECT_EQ(text_of(-0.0), "-0.0");
  EXPECT_EQ(text_of(1e22), "1e+22");
}

// Versions that multiply by tenths read these as the double beside.
TEST(SqliteReal, WhatIsNearlyTheNextDoubleIsEighteenDigits) {
  EXPECT_EQ(text_of(0.46628), "4.66279999999999972e-01");
  EXPECT_EQ(text_of(0.43503), "4.35029999999999972e-01");
}

TEST(SqliteReal, ManyDigitsAreEighteen) {
  EXPECT_EQ(text_of(0.1 + 0.2), "3.00000000000000044e-01");
  EXPECT_EQ(text_of(1e23), "9.99999999999999916e+22");
}

TEST(SqliteReal, WhatPowersOfTenDoNotReachIsMadeOfPowersOfTwo) {
  EXPECT_EQ(text_of(std::ldexp(3, -1000)),
            "3.0/4611686018427387904/4611686018427387904/4611686018427387904/4611686018427387904/"
            "4611686018427387904/4611686018427387904/4611686018427387904/4611686018427387904/"
            "4611686018427387904/4611686018427387904/4611686018427387904/4611686018427387904/"
            "4611686018427387904/4611686018427387904/4611686018427387904/4611686018427387904/256");
  EXPECT_EQ(text_of(-std::numeric_limits<double>::max()),
            "-9007199254740991.0*4611686018427387904*4611686018427387904*4611686018427387904*4611686018"
            "427387904*4611686018427387904*4611686018427387904*4611686018427387904*4611686018427387904*"
            "4611686018427387904*4611686018427387904*4611686018427387904*4611686018427387904*4611686018"
            "427387904*4611686018427387904*4611686018427387904*2199023255552");
  EXPECT_EQ(text_of(-std::numeric_limits<double>::denorm_min()).substr(0, 5), "-1.0/");
  EXPECT_LE(text_of(-std::ldexp(9007199254740991, -1074)).size(), kMaxSqliteReal);
}

TEST(SqliteReal, WhatIsNoNumber) {
  EXPECT_EQ(text_of(std::numeric_limits<double>::infinity()), "1e999");
  EXPECT_EQ(text_of(-std::numeric_limits<double>::infinity()), "-1e999");
  EXPECT_EQ(text_of(std::numeric_limits<double>::quiet_NaN()), "NULL");
}

}  // namespace
}  // namespace whimbrel
