#include "common/transfer/json_hash.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/error.h"
#include "test/core/chunk_source.h"

namespace whimbrel {
namespace {

Hash json(std::string_view text) {
  JsonHasher hasher;
  // No byte behind the document may be read.
  const std::vector<char> exact(text.begin(), text.end());
  return hasher.hash({exact.data(), exact.size()});
}

TEST(JsonHash, SpellingDoesNotMatter) {
  EXPECT_EQ(json(R"({"a":1,"b":[1,2]})"), json(" { \"b\" : [ 1.0 , 2e0 ] ,\n\"a\":1 } "));
  EXPECT_EQ(json(R"("\u0041\n\/")"), json("\"A\\u000a/\""));
  EXPECT_EQ(json(R"("\ud83d\ude00")"), json("\"\xF0\x9F\x98\x80\""));
  EXPECT_EQ(json(R"({"\u006bey":-0.0})"), json(R"({"key":0})"));
  EXPECT_EQ(json("[]"), json(" [ ] "));
}

TEST(JsonHash, MeaningMatters) {
  const std::vector<std::string_view> different = {"null",
                                                   "true",
                                                   "false",
                                                   "0",
                                                   "1",
                                                   R"("1")",
                                                   R"("null")",
                                                   "[]",
                                                   "{}",
                                                   "[[]]",
                                                   "[{}]",
                                                   "[1,2]",
                                                   "[2,1]",
                                                   "[[1],2]",
                                                   "[1,[2]]",
                                                   "[1,2,0]",
                                                   R"({"a":1})",
                                                   R"({"b":1})",
                                                   R"({"a":2})",
                                                   R"({"1":"a"})",
                                                   R"({"a":{"b":1}})",
                                                   R"({"a":{},"b":1})",
                                                   R"([{"a":1},{"b":2}])",
                                                   R"([{"b":2},{"a":1}])",
                                                   R"({"a":[]})",
                                                   R"({"a":null})",
                                                   "[null]",
                                                   "\"\""};
  for (std::size_t i = 0; i < different.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      EXPECT_NE(json(different[i]), json(different[j])) << different[i] << different[j];
}

TEST(JsonHash, DepthDoesNotUseTheStack) {
  const std::string deep = std::string(1'000'000, '[') + std::string(1'000'000, ']');
  EXPECT_NE(json(deep), json("[]"));
}

// Strings of every length around the border between short and long ones, that are others only by their length
// or by one byte.
TEST(JsonHash, StringsOfAllLengthsDiffer) {
  std::set<std::string> strings;
  for (std::size_t size = 0; size <= 40; ++size) {
    for (const char c : {'0', '1', 'a'}) {
      const std::string same = std::string(size, c);
      strings.insert(same);
      for (std::size_t i = 0; i < size; ++i) {
        std::string other = same;
        other[i] = 'z';
        strings.insert(other);
      }
      strings.insert(same + "\\u0000");
    }
  }
  std::vector<std::pair<std::uint64_t, std::uint64_t>> hashes;
  for (const std::string& text : strings) {
    const Hash value = json("\"" + text + "\"");
    EXPECT_EQ(json("[\"" + text + "\"]"), json(" [ \"" + text + "\" ] ")) << text;  // with bytes behind it
    hashes.emplace_back(value.low, value.high);
  }
  std::sort(hashes.begin(), hashes.end());
  std::size_t same_low = 0;
  std::size_t same = 0;
  for (std::size_t i = 1; i < hashes.size(); ++i) {
    same_low += hashes[i].first == hashes[i - 1].first ? 1 : 0;
    same += hashes[i] == hashes[i - 1] ? 1 : 0;
  }
  EXPECT_EQ(same, 0U);
  EXPECT_EQ(same_low, 0U);
}

TEST(JsonHash, EveryBitOfAShortStringCounts) {
  int low = 0;
  int high = 0;
  constexpr int kRounds = 200;
  for (int i = 0; i < kRounds; ++i) {
    const Hash a = json("\"" + std::to_string(i) + "\"");
    const Hash b = json("\"" + std::to_string(i + 1) + "\"");
    low += std::popcount(a.low ^ b.low);
    high += std::popcount(a.high ^ b.high);
  }
  // Half of the bits change, on the average.
  EXPECT_NEAR(low, 32 * kRounds, 2 * kRounds);
  EXPECT_NEAR(high, 32 * kRounds, 2 * kRounds);
}

TEST(JsonHash, MembersMayNotSwapTheirValues) {
  EXPECT_NE(json(R"({"a":5,"b":6})"), json(R"({"a":6,"b":5})"));
  EXPECT_NE(json(R"({"a":"b"})"), json(R"({"b":"a"})"));
  EXPECT_NE(json(R"([{"a":1},{"a":2}])"), json(R"([{"a":2},{"a":1}])"));
  EXPECT_NE(json(R"({"a":[1],"b":[2]})"), json(R"({"a":[2],"b":[1]})"));
}

TEST(JsonHash, NumbersAreWhatTheyAreWhateverWayTheyAreRead) {
  for (const std::string_view number :
       {"0", "-0", "7", "-7", "123456789012345678", "-123456789012345678", "1234567890123456789",
        "-9223372036854775808", "9223372036854775808", "12345678901234567890123456789012345678901", "0.5",
        "-1.25e3", "1e400", "8.90", "1e2"}) {
    const std::string text(number);
    const Hash alone = json(text);
    EXPECT_EQ(JsonHasher().hash_number(number), alone) << number;
    // Far from the end of the text an integer is read by its digits at once.
    const std::string far = "[" + text + "]" + std::string(40, ' ');
    EXPECT_EQ(json(far), json("[" + text + "]")) << number;
    EXPECT_EQ(json("[" + text + ",1]" + std::string(40, ' ')), json("[" + text + " , 1.0]")) << number;
  }
  EXPECT_EQ(JsonHasher::hash_integer(-7), json("-7"));
  EXPECT_EQ(json("100"), json("1e2"));
  EXPECT_EQ(json("-0"), json("0"));
  EXPECT_NE(json("-7"), json("7"));
}

// PostgreSQL's json takes them; what is none of JSON's still has a hash.
TEST(JsonHash, WhatIsNotValidHasAHashOfItsBytes) {
  EXPECT_NE(json(R"(["\ud800"])"), json(R"(["\ud801"])"));
  EXPECT_NE(json(R"(["\ud800"])"), json(R"(["d800"])"));
  EXPECT_EQ(json(R"(["\ud800"])"), json(R"(["\ud800"])"));
}

TEST(JsonHash, ReadingHashesAndChecks) {
  JsonHasher hasher;
  Hash hash;
  json::Reader reader(R"([ {"a": [1, "x", null, true]} , 2, {"a" 1}])");
  reader.next();
  EXPECT_EQ(hasher.read(reader, hash), R"({"a": [1, "x", null, true]})");
  EXPECT_EQ(hash, json(R"({"a":[1,"x",null,true]})"));
  EXPECT_EQ(hasher.read(reader, hash), "2");
  EXPECT_EQ(hash, json("2"));
  EXPECT_THROW(hasher.read(reader, hash), Error);
  // What was left in the middle leaves nothing behind.
  EXPECT_EQ(hasher.hash("[1]"), json("[1]"));
  for (const std::string_view wrong :
       {"[01]", "[1.]", "[-]", "[- 1]", "[1e]", "[\"\n\"]", "[\"\\x\"]", "[\"\xff\"]", "[tru]", "[1,]",
        "{\"a\":}", "{1:1}", "[1", "\"", "[1}", "[00000000000001,2,3]"}) {
    const std::string text = std::string(wrong) + std::string(30, ' ');
    json::Reader other(text);
    EXPECT_THROW(hasher.read(other, hash), Error) << wrong;
  }
}

// The window of the reader moves while a value is read: nothing may point to where it was.
TEST(JsonHash, WhereverTheTextIsCut) {
  std::string document = "[";
  for (int i = 0; i < 30'000; ++i) {
    if (i != 0) document += i % 3 == 0 ? ", " : ",";
    const std::string number = std::to_string(i * 7919);
    document += R"({"key )" + number + R"(": "value \n)" + number + R"( \u00e9 and more", "n":)" + number +
                R"(, "f" : )" + number + ".25, \"\\u006b\":[" + number + ",\"" +
                std::string(static_cast<std::size_t>(i % 33), 'x') + "\"]}";
  }
  document += "]";
  const Hash expected = json(document);
  for (const std::size_t chunk : {std::size_t{1} << 20, std::size_t{65'537}, std::size_t{4'093}}) {
    for (const std::size_t before : {std::size_t{0}, std::size_t{100'003}, std::size_t{262'100}}) {
      const std::string text = "[\"" + std::string(before, 'y') + "\"," + document + "]";
      ChunkSource source(text, chunk);
      json::Reader reader(source);
      reader.next();
      reader.next();
      Hash hash;
      EXPECT_EQ(JsonHasher().read(reader, hash), document);
      EXPECT_EQ(hash, expected) << chunk << " " << before;
      EXPECT_EQ(reader.next(), json::Token::end_array);
    }
  }
}

// The definition is a contract between engines and versions.
TEST(JsonHash, KnownValues) {
  EXPECT_EQ(to_hex(json("[]")), "c9ddc222aaddc4813b126e1ceb1a958b");
  EXPECT_EQ(to_hex(json(R"({"a":[1,-2.5,"x",null,true],"a key of sixteen bytes or more":"é"})")),
            "c1a4a3ca4ad17775c801efcc19cd0c6f");
}

}  // namespace
}  // namespace whimbrel
