#include <gtest/gtest.h>

#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "common/json/reader.h"
#include "common/json/writer.h"

namespace whimbrel::json {
namespace {

using namespace std::string_literals;

template <typename Write, typename Value>
std::string written(Write write, Value value) {
  Buffer out;
  write(out, value);
  return std::string(out.view());
}

std::string string_of(std::string_view text) { return written(write_string, text); }
std::string integer_of(std::int64_t value) { return written(write_integer, value); }
std::string real_of(double value) { return written(write_real, value); }
std::string real32_of(float value) { return written(write_real32, value); }

TEST(JsonWriter, EscapesWhatMustBeEscaped) {
  EXPECT_EQ(string_of(""), "\"\"");
  EXPECT_EQ(string_of("plain"), "\"plain\"");
  EXPECT_EQ(string_of("\"\\/\b\f\n\r\t"), R"("\"\\/\b\f\n\r\t")");
  EXPECT_EQ(string_of("\0\x01\x1f\x7f"s), "\"\\u0000\\u0001\\u001f\x7f\"");
  EXPECT_EQ(string_of("é€😀"), "\"é€😀\"");
}

// Every control character, quote and backslash at every place of texts of every short length.
TEST(JsonWriter, EscapesAtEveryPlaceOfABlock) {
  std::string specials = "\"\\";
  for (char c = 0; c < 0x20; ++c) specials += c;
  for (const char special : specials) {
    const std::string escaped = string_of(std::string(1, special)).substr(1);
    for (std::size_t size = 1; size < 36; ++size) {
      for (std::size_t at = 0; at < size; ++at) {
        std::string text(size, 'x');
        text[at] = special;
        ASSERT_EQ(string_of(text), "\"" + text.substr(0, at) + escaped.substr(0, escaped.size() - 1) +
                                       text.substr(at + 1) + "\"");
      }
    }
  }
}

TEST(JsonWriter, RandomStringsReadBackEqual) {
  std::mt19937 random(7);
  Buffer out;
  std::vector<std::string> texts;
  out.append('[');
  for (int i = 0; i < 3000; ++i) {
    std::string text(random() % 80, ' ');
    for (char& c : text) c = static_cast<char>(random() % (i % 3 == 0 ? 128 : 95) + (i % 3 == 0 ? 0 : 32));
    if (i != 0) out.append(',');
    write_string(out, text);
    texts.push_back(std::move(text));
  }
  out.append(']');
  Reader reader(out.view());
  ASSERT_EQ(reader.next(), Token::begin_array);
  for (const std::string& text : texts) {
    ASSERT_EQ(reader.next(), Token::string);
    ASSERT_EQ(reader.text(), text);
  }
  ASSERT_EQ(reader.next(), Token::end_array);
}

TEST(JsonWriter, EscapesALongTextOfSpecials) {
  const std::string text(100'000, '\x01');
  const std::string out = string_of(text);
  ASSERT_EQ(out.size(), 600'002u);
  Reader reader(out);
  ASSERT_EQ(reader.next(), Token::string);
  EXPECT_TRUE(reader.text() == text);
}

TEST(JsonWriter, WritesEveryLengthOfInteger) {
  EXPECT_EQ(integer_of(0), "0");
  EXPECT_EQ(integer_of(std::numeric_limits<std::int64_t>::max()), "9223372036854775807");
  EXPECT_EQ(integer_of(std::numeric_limits<std::int64_t>::min()), "-9223372036854775808");
  std::uint64_t power = 1;
  for (int digits = 1; digits <= 19; ++digits, power *= 10) {
    for (const std::int64_t delta : {-1, 0, 1}) {
      const std::int64_t value = static_cast<std::int64_t>(power) + delta;
      EXPECT_EQ(integer_of(value), std::to_string(value));
      EXPECT_EQ(integer_of(-value), std::to_string(-value));
    }
  }
  std::mt19937_64 random(11);
  for (int i = 0; i < 20'000; ++i) {
    const auto value = static_cast<std::int64_t>(random() >> (random() % 64)) * (i % 2 == 0 ? 1 : -1);
    ASSERT_EQ(integer_of(value), std::to_string(value));
  }
}

TEST(JsonWriter, RealsHaveAPointOrAnExponent) {
  EXPECT_EQ(real_of(1), "1.0");
  EXPECT_EQ(real_of(-0.0), "-0.0");
  EXPECT_EQ(real_of(0), "0.0");
  EXPECT_EQ(real_of(0.1), "0.1");
  EXPECT_EQ(real_of(1e22), "1e+22");
  EXPECT_EQ(real_of(123456), "123456.0");
  EXPECT_EQ(real_of(5e-324), "5e-324");
  EXPECT_EQ(real_of(1.7976931348623157e308), "1.7976931348623157e+308");
  EXPECT_EQ(real32_of(0.1f), "0.1");
  EXPECT_EQ(real32_of(16777216), "16777216.0");
  EXPECT_EQ(real32_of(3.4028235e38f), "3.4028235e+38");
}

template <typename Float, typename Bits, typename Write>
void check_round_trip(Bits bits, Write write) {
  const Float value = std::bit_cast<Float>(bits);
  if (!std::isfinite(value)) return;
  const std::string text = write(value);
  Float back = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), back);
  ASSERT_EQ(result.ptr, text.data() + text.size()) << text;
  ASSERT_EQ(std::bit_cast<Bits>(back), bits) << text;
  Reader reader(text);
  ASSERT_EQ(reader.next(), Token::number) << text;
  ASSERT_FALSE(reader.is_integer()) << text;
}

TEST(JsonWriter, RandomRealsReadBackToTheSameBits) {
  std::mt19937_64 random(13);
  for (int i = 0; i < 200'000; ++i) {
    check_round_trip<double>(static_cast<std::uint64_t>(random()), real_of);
    check_round_trip<float>(static_cast<std::uint32_t>(random()), real32_of);
    // Numbers as people write them, too.
    check_round_trip<double>(std::bit_cast<std::uint64_t>(static_cast<double>(random() % 1'000'000) / 100),
                             real_of);
  }
  for (const std::uint64_t edge :
       {0ull, 1ull, 0x8000000000000000ull, 0x0010000000000000ull, 0x000fffffffffffffull,
        0x7fefffffffffffffull, 0x4340000000000000ull, 0x433fffffffffffffull})
    check_round_trip<double>(std::uint64_t{edge}, real_of);
}

class Collector : public ByteSink {
 public:
  void write(std::string_view bytes) override {
    all += bytes;
    ++writes;
  }
  std::string all;
  int writes = 0;
};

TEST(JsonBuffer, EmptiesItselfIntoItsSink) {
  Collector sink;
  Buffer out(&sink);
  std::string expected;
  std::size_t kept = 0;
  int writes = 0;
  for (int i = 0; i < 300'000; ++i) {
    write_integer(out, i);
    out.append(',');
    out.flush_if_full();
    const std::string text = std::to_string(i) + ",";
    expected += text;
    kept += text.size();
    if (kept >= Buffer::kFlushSize) {
      ++writes;
      kept = 0;
    }
  }
  EXPECT_GT(writes, 0);
  EXPECT_EQ(sink.writes, writes);
  EXPECT_LT(out.size(), Buffer::kFlushSize);
  EXPECT_EQ(out.total(), expected.size());
  out.flush();
  EXPECT_TRUE(sink.all == expected);
  EXPECT_EQ(out.total(), expected.size());
  EXPECT_EQ(out.size(), 0u);
  out.flush();
  EXPECT_EQ(sink.writes, writes + 1);
}

TEST(JsonBuffer, WithoutASinkKeepsEverything) {
  Buffer out;
  EXPECT_EQ(out.view(), "");
  out.append("");
  out.append(std::string(3 << 20, 'a'));
  out.flush_if_full();
  out.flush();
  EXPECT_EQ(out.size(), 3u << 20);
  out.truncate(2);
  EXPECT_EQ(out.view(), "aa");
  out.clear();
  out.append('b');
  EXPECT_EQ(out.view(), "b");
}

}  // namespace
}  // namespace whimbrel::json
