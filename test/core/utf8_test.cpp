#include "common/text/utf8.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace whimbrel {
namespace {

// The definition once more, by decoding and comparing with the shortest encoding.
std::size_t slow_find_invalid(const std::string& text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  for (std::size_t i = 0; i < text.size();) {
    const unsigned first = byte(i);
    const std::size_t length = first < 0x80       ? 1
                               : first >> 5 == 6  ? 2
                               : first >> 4 == 14 ? 3
                               : first >> 3 == 30 ? 4
                                                  : 0;
    if (length == 0) return i;
    unsigned point = length == 1 ? first : first & (0x7f >> length);
    for (std::size_t k = 1; k < length; ++k) {
      if (byte(i + k) >> 6 != 2) return i;
      point = point << 6 | (byte(i + k) & 0x3f);
    }
    constexpr unsigned kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
    if (point < kLeast[length] || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) return i;
    i += length;
  }
  return kValidUtf8;
}

TEST(Utf8, AgreesOnEverySequenceOfTwoBytesAndItsNeighbours) {
  for (unsigned a = 0; a < 256; ++a) {
    for (unsigned b = 0; b < 256; ++b) {
      for (const char* tail : {"", "\x80", "\xbf\xbf", "a"}) {
        const std::string text = std::string(1, static_cast<char>(a)) + static_cast<char>(b) + tail;
        ASSERT_EQ(find_invalid_utf8(text), slow_find_invalid(text)) << a << " " << b << " " << tail;
      }
    }
  }
}

TEST(Utf8, AgreesOnRandomBytesAndDamagedText) {
  std::mt19937 random(9);
  constexpr const char* kPieces[] = {"a", "0123456789abcdef", "é", "€", "😀", "Привет", "\x7f"};
  for (int i = 0; i < 100'000; ++i) {
    std::string text;
    while (text.size() < i % 60u) text += kPieces[random() % std::size(kPieces)];
    ASSERT_EQ(find_invalid_utf8(text), kValidUtf8);
    if (!text.empty()) text[random() % text.size()] = static_cast<char>(random());
    if (i % 4 == 0) text.resize(random() % (text.size() + 1));
    ASSERT_EQ(find_invalid_utf8(text), slow_find_invalid(text));
  }
}

TEST(Utf8, NamesTheFirstBadByte) {
  EXPECT_EQ(find_invalid_utf8(""), kValidUtf8);
  EXPECT_EQ(find_invalid_utf8(std::string(100, 'a') + "\xff" + "b\xff"), 100u);
  EXPECT_EQ(find_invalid_utf8("aé\xe2\x82"), 3u);
}

TEST(Utf8, TellsATruncatedSequenceFromAWrongOne) {
  const auto sequence = [](const std::string& text) {
    return utf8_sequence(text.data(), text.data() + text.size());
  };
  EXPECT_EQ(sequence("\xe2"), kTruncatedUtf8);
  EXPECT_EQ(sequence("\xe2\x82"), kTruncatedUtf8);
  EXPECT_EQ(sequence("\xe2\x82\xac"), 3);
  EXPECT_EQ(sequence("\xe2\x28"), 0);
  EXPECT_EQ(sequence("\xe0\x80"), 0);
  EXPECT_EQ(sequence("\xf0\x9f\x98"), kTruncatedUtf8);
  EXPECT_EQ(sequence("\xf4\x90"), 0);
  EXPECT_EQ(sequence("\xed\xa0"), 0);
  EXPECT_EQ(sequence("\xc1"), 0);
}

}  // namespace
}  // namespace whimbrel
