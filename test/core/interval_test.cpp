#include <gtest/gtest.h>

#include <limits>
#include <random>
#include <string>

#include "common/text/interval_words.h"

namespace whimbrel {
namespace {

std::string text_of(const IntervalParts& interval) {
  char text[kMaxIntervalText];
  return std::string(text, format_interval(text, interval));
}

std::string verbose(const IntervalParts& interval) {
  char text[kMaxIntervalText];
  return std::string(text, format_verbose_interval(text, interval));
}

constexpr std::int32_t kLow32 = std::numeric_limits<std::int32_t>::min();
constexpr std::int32_t kHigh32 = std::numeric_limits<std::int32_t>::max();
constexpr std::int64_t kLow64 = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kHigh64 = std::numeric_limits<std::int64_t>::max();

TEST(Interval, IsWrittenPartByPart) {
  EXPECT_EQ(text_of({}), "PT0S");
  EXPECT_EQ(text_of({14, 3, 14'706'500'000}), "P1Y2M3DT4H5M6.5S");
  EXPECT_EQ(text_of({-1, 1, -1}), "P-1M1DT-0.000001S");
  EXPECT_EQ(text_of({-14, 0, 0}), "P-1Y-2M");
  EXPECT_EQ(text_of({0, 0, 3'600'000'000}), "PT1H");
  EXPECT_EQ(text_of({kLow32, kLow32, kLow64}), "P-178956970Y-8M-2147483648DT-2562047788H-54.775808S");
  EXPECT_EQ(verbose({14, -3, -14'706'500'000}), "14 mons -3 days -4:05:06.5");
  EXPECT_EQ(verbose({kHigh32, kLow32, kLow64}), "2147483647 mons -2147483648 days -2562047788:00:54.775808");
}

TEST(Interval, ComesBackExactly) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 20'000; ++i) {
    const IntervalParts interval{static_cast<std::int32_t>(random() >> (random() % 33)),
                                 static_cast<std::int32_t>(random() >> (random() % 33)),
                                 static_cast<std::int64_t>(random()) >> (random() % 64)};
    EXPECT_EQ(parse_interval(text_of(interval)), interval) << text_of(interval);
  }
  for (const IntervalParts& interval :
       {IntervalParts{kLow32, kLow32, kLow64}, IntervalParts{kHigh32, kHigh32, kHigh64}})
    EXPECT_EQ(parse_interval(text_of(interval)), interval);
}

TEST(Interval, OtherDurations) {
  EXPECT_EQ(parse_interval("P2W"), (IntervalParts{0, 14, 0}));
  EXPECT_EQ(parse_interval("PT90M"), (IntervalParts{0, 0, 5'400'000'000}));
  EXPECT_EQ(parse_interval("PT-0.5S"), (IntervalParts{0, 0, -500'000}));
  for (const char* text :
       {"", "P", "PT", "P1", "1D", "P1DT", "P1H", "P1D1Y", "P0.5D", "PT1.S", "PT0.1234567S", "P--1D",
        "P2147483648D", "P178956971Y", "PT9223372036854775807H", "P1D ", "infinity", "PT1S1H", "P1Y1Y"})
    EXPECT_EQ(parse_interval(text), std::nullopt) << text;
}

TEST(Interval, InWords) {
  EXPECT_EQ(parse_interval_words("1 year 2 mons -3 days +04:05:06.5"),
            (IntervalParts{14, -3, 14'706'500'000}));
  EXPECT_EQ(parse_interval_words(" @ 90 Minutes 2w1d "), (IntervalParts{0, 15, 5'400'000'000}));
  EXPECT_EQ(parse_interval_words("1.25 secs ago"), (IntervalParts{0, 0, -1'250'000}));
  EXPECT_EQ(parse_interval_words("-00:00:01.000001"), (IntervalParts{0, 0, -1'000'001}));
  EXPECT_EQ(parse_interval_words("25:00"), (IntervalParts{0, 0, 90'000'000'000}));
  EXPECT_EQ(parse_interval_words("200000000 h 200000000 h"),
            (IntervalParts{0, 0, 1'440'000'000'000'000'000}));
  for (const char* text : {"999999999 h", "999999999:00", "1:0 1:0 1:0 1:0 1:0 1:0 1:0 1:0 1:0",
                           "200000000 weeks", "1 s 1 s 1 s 1 s 1 s 1 s 1 s 1 s 1 s"})
    EXPECT_EQ(parse_interval_words(text), std::nullopt) << text;
  for (const char* text :
       {"", "@", "ago", "1", "day", "1 fortnight", "1.5 days", "1.1234567 s", "1:60", "1:2:3:4",
        "1234567890 s", "999999999 years", "infinity", "P1D", "1 day ago 1 day", "1 day,"})
    EXPECT_EQ(parse_interval_words(text), std::nullopt) << text;
}

}  // namespace
}  // namespace whimbrel
