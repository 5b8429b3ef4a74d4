#include "common/text/datetime.h"

#include <gtest/gtest.h>

#include <optional>
#include <random>
#include <string>

#include "common/value.h"

namespace whimbrel {
namespace {

constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kDay = 86'400 * kSecond;
constexpr std::int64_t kFirstDate = -2'451'545;  // 4714-11-24 BC
constexpr std::int64_t kLastDate = 2'145'031'948;
constexpr std::int64_t kFirstTimestamp = kFirstDate * kDay;
constexpr std::int64_t kLastTimestamp = 9'223'371'331'199'999'999;

std::string date_text(std::int64_t days) {
  char text[kMaxDateTimeText];
  return {text, format_date(text, days)};
}

std::string time_text(std::int64_t microseconds) {
  char text[kMaxDateTimeText];
  return {text, format_time(text, microseconds)};
}

std::string timestamp_text(std::int64_t microseconds, bool zone = false) {
  char text[kMaxDateTimeText];
  return {text, format_timestamp(text, microseconds, zone)};
}

std::optional<std::int64_t> timestamp_of(std::string_view text) {
  const auto parsed = parse_timestamp(text);
  return parsed ? std::optional(parsed->microseconds) : std::nullopt;
}

TEST(DateTime, FormatsDates) {
  EXPECT_EQ(date_text(0), "2000-01-01");
  EXPECT_EQ(date_text(-1), "1999-12-31");
  EXPECT_EQ(date_text(59), "2000-02-29");
  EXPECT_EQ(date_text(9820), "2026-11-20");
  EXPECT_EQ(date_text(kFirstDate), "4714-11-24 BC");
  EXPECT_EQ(date_text(kLastDate), "5874897-12-31");
  EXPECT_EQ(date_text(-730'119), "0001-01-01");
  EXPECT_EQ(date_text(-730'120), "0001-12-31 BC");
  EXPECT_EQ(date_text(kInfinity), "infinity");
  EXPECT_EQ(date_text(kNegativeInfinity), "-infinity");
}

TEST(DateTime, FormatsTimes) {
  EXPECT_EQ(time_text(0), "00:00:00");
  EXPECT_EQ(time_text(kDay), "24:00:00");
  EXPECT_EQ(time_text(kDay - 1), "23:59:59.999999");
  EXPECT_EQ(time_text(64'800'250'000), "18:00:00.25");
  EXPECT_EQ(time_text(1), "00:00:00.000001");
  EXPECT_EQ(time_text(100'000), "00:00:00.1");
}

TEST(DateTime, FormatsTimestamps) {
  EXPECT_EQ(timestamp_text(0), "2000-01-01T00:00:00");
  EXPECT_EQ(timestamp_text(-1, true), "1999-12-31T23:59:59.999999Z");
  EXPECT_EQ(timestamp_text(kFirstTimestamp, true), "4714-11-24T00:00:00Z BC");
  EXPECT_EQ(timestamp_text(kLastTimestamp), "294276-12-31T23:59:59.999999");
  EXPECT_EQ(timestamp_text(kInfinity, true), "infinity");
  EXPECT_EQ(timestamp_text(kNegativeInfinity), "-infinity");
}

// Day by day with a counter that knows nothing of eras, over more than two cycles of 400 years.
TEST(DateTime, EveryDayFollowsTheOneBefore) {
  int year = -419, month = 1, day = 1;  // astronomical
  std::int64_t days = *parse_date("0420-01-01 BC");
  while (year < 2800) {
    const std::string number = std::to_string(year > 0 ? year : 1 - year);
    const auto two = [](int value) { return (value < 10 ? "0" : "") + std::to_string(value); };
    const std::string expected = std::string(4 - number.size(), '0') + number + "-" + two(month) + "-" +
                                 two(day) + (year > 0 ? "" : " BC");
    ASSERT_EQ(date_text(days), expected);
    ASSERT_EQ(parse_date(expected), days) << expected;
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    const int length = month == 2                                              ? (leap ? 29 : 28)
                       : month == 4 || month == 6 || month == 9 || month == 11 ? 30
                                                                               : 31;
    if (++day > length) day = 1, ++month;
    if (month > 12) month = 1, ++year;
    ++days;
  }
}

TEST(DateTime, DatesRoundTripOverTheWholeRange) {
  std::mt19937_64 random(3);
  std::uniform_int_distribution<std::int64_t> any(kFirstDate, kLastDate);
  for (int i = 0; i < 200'000; ++i) {
    const std::int64_t days = any(random);
    ASSERT_EQ(parse_date(date_text(days)), days) << date_text(days);
  }
  for (const std::int64_t edge : {kFirstDate, kLastDate, kInfinity, kNegativeInfinity})
    EXPECT_EQ(parse_date(date_text(edge)), edge);
}

TEST(DateTime, TimestampsRoundTripOverTheWholeRange) {
  std::mt19937_64 random(4);
  std::uniform_int_distribution<std::int64_t> any(kFirstTimestamp, kLastTimestamp);
  const auto check = [](std::int64_t value) {
    for (const bool zone : {false, true}) {
      const std::string text = timestamp_text(value, zone);
      const auto parsed = parse_timestamp(text);
      ASSERT_TRUE(parsed) << text;
      ASSERT_EQ(parsed->microseconds, value) << text;
      ASSERT_EQ(parsed->has_zone, zone) << text;
    }
  };
  for (int i = 0; i < 100'000; ++i) {
    const std::int64_t value = any(random);
    check(value);
    check(value / kSecond * kSecond);
    check(value % (50 * 365 * kDay));
  }
  check(kFirstTimestamp);
  check(kLastTimestamp);
  for (const std::int64_t edge : {kInfinity, kNegativeInfinity})
    EXPECT_EQ(timestamp_of(timestamp_text(edge, true)), edge);
}

TEST(DateTime, TimesRoundTrip) {
  std::mt19937_64 random(5);
  for (int i = 0; i < 100'000; ++i) {
    const auto value = static_cast<std::int64_t>(random() % (kDay + 1));
    ASSERT_EQ(parse_time(time_text(value)), value);
  }
  EXPECT_EQ(parse_time("24:00:00"), kDay);
}

TEST(DateTime, RefusesWhatIsNoDate) {
  for (const char* text : {"",
                           "2026",
                           "2026-1-01",
                           "2026-01-1",
                           "26-01-01",
                           "2026-00-01",
                           "2026-13-01",
                           "2026-01-00",
                           "2026-01-32",
                           "2026-02-29",
                           "1900-02-29",
                           "2000-02-30",
                           "2026-04-31",
                           "0000-01-01",
                           "02026-01-01",
                           "2026-01-01 ",
                           " 2026-01-01",
                           "2026-01-01 bc",
                           "2026-01-01 AD",
                           "2026-01-01T00:00:00",
                           "-2026-01-01",
                           "+2026-01-01",
                           "2026/01/01",
                           "Infinity",
                           "infinity BC",
                           "4714-11-23 BC",
                           "5874898-01-01",
                           "99999999-01-01",
                           "2026-01-0a"}) {
    EXPECT_EQ(parse_date(text), std::nullopt) << text;
  }
  EXPECT_TRUE(parse_date("2000-02-29"));
  EXPECT_TRUE(parse_date("0001-02-29 BC"));
}

TEST(DateTime, RefusesWhatIsNoTime) {
  for (const char* text :
       {"", "1:00:00", "24:00:01", "24:00:00.1", "25:00:00", "12:60:00", "12:00:60", "12:00", "12:00:00.",
        "12:00:00.1234567", "12:00:00Z", "12:00:00 ", "12-00-00", "12:00:0a"}) {
    EXPECT_EQ(parse_time(text), std::nullopt) << text;
  }
}

TEST(DateTime, TakesTheUsualFormsOfATimestamp) {
  const std::int64_t noon = *timestamp_of("2026-11-20T12:00:00");
  for (const char* text :
       {"2026-11-20 12:00:00", "2026-11-20T12:00", "2026-11-20 12:00:00.000000", "2026-11-20T12:00:00Z",
        "2026-11-20T14:00:00+02", "2026-11-20T14:00:00+02:00", "2026-11-20 17:30:00+0530",
        "2026-11-20T08:30-03:30", "2026-11-21T00:00:00+12:00", "2026-11-20T12:00:30+00:00:30"}) {
    EXPECT_EQ(timestamp_of(text), noon) << text;
  }
  EXPECT_EQ(timestamp_of("2026-11-20"), noon - kDay / 2);
  EXPECT_EQ(timestamp_of("0044-03-15 BC"), timestamp_of("0044-03-15T00:00:00 BC"));
  EXPECT_EQ(timestamp_of("0044-03-15 00:00:00+00 BC"), timestamp_of("0044-03-15T00:00:00Z BC"));
  EXPECT_FALSE(parse_timestamp("2026-11-20T12:00:00")->has_zone);
  EXPECT_TRUE(parse_timestamp("2026-11-20T12:00:00+02")->has_zone);
}

TEST(DateTime, RefusesWhatIsNoTimestamp) {
  for (const char* text : {"",
                           "2026-11-20T",
                           "2026-11-20 ",
                           "2026-11-20T12",
                           "2026-11-20T12:00:",
                           "2026-11-20T24:00:00",
                           "2026-11-20t12:00:00",
                           "2026-11-20T12:00:00z",
                           "2026-11-20T12:00:00 Z",
                           "2026-11-20T12:00:00+",
                           "2026-11-20T12:00:00+2",
                           "2026-11-20T12:00:00+16:00",
                           "2026-11-20T12:00:00+02:",
                           "2026-11-20T12:00:00+02:60",
                           "2026-11-20T12:00:00+021",
                           "2026-11-20T12:00:00.Z",
                           "2026-11-20T12:00:00 UTC",
                           "2026-11-20 BC BC",
                           "2026-02-30T12:00:00",
                           "294277-01-01",
                           "294277-01-01T00:00:00Z",
                           "4714-11-23T23:59:59.999999 BC",
                           "5874897-12-31T00:00:00",
                           "294276-12-31T23:59:59-01"}) {
    EXPECT_FALSE(parse_timestamp(text)) << text;
  }
  // The zone decides at the edges.
  EXPECT_EQ(timestamp_of("294277-01-01T00:59:59.999999+01"), kLastTimestamp);
  EXPECT_EQ(timestamp_of("294277-01-01T01:00:00+01"), std::nullopt);
  EXPECT_EQ(timestamp_of("4714-11-24T01:00:00+01 BC"), kFirstTimestamp);
  EXPECT_EQ(timestamp_of("4714-11-24T00:59:59+01 BC"), std::nullopt);
}

}  // namespace
}  // namespace whimbrel
