#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "common/error.h"
#include "common/json/reader.h"
#include "test/core/chunk_source.h"
#include "test/core/json_tokens.h"

namespace whimbrel::json {
namespace {

using namespace std::string_literals;

std::string tokens_of(std::string_view text, bool positions = false, ReaderOptions options = {}) {
  Reader reader(text, options);
  return tokens(reader, positions);
}

std::string error_of(std::string_view text) {
  const std::string all = tokens_of(text);
  const std::size_t at = all.find("! invalid JSON: ");
  return at == all.npos ? "no error: " + all : all.substr(at + 16);
}

// What is taken at once is what next() would give; everything else is left to it.
TEST(JsonReader, AcceptsIntegersThatStandThere) {
  const std::string behind = R"(,"b":"so that the window does not end here"})";
  for (const char* number : {"0",
                             "-0",
                             "7",
                             "-7",
                             "10",
                             "123456789012345678",
                             "-999999999999999999",
                             "1234567890123456789",
                             "1.5",
                             "1e2",
                             "1E2",
                             "01",
                             "-",
                             "--1",
                             "\"1\"",
                             "null",
                             " 1",
                             "-x",
                             "[1]",
                             "{}",
                             "1x",
                             "0x1"}) {
    const std::string text = R"({"a":)" + std::string(number) + behind;
    const auto read = [&](bool accept) -> std::string {
      Reader reader(text);
      std::string result;
      try {
        reader.next();
        reader.next();
        std::int64_t value = 0;
        if (accept && reader.accept_integer(value)) {
          result = "integer " + std::to_string(value) + " at " + std::to_string(reader.position().column) +
                   " to " + std::to_string(reader.end_position().column);
        } else if (reader.next() == Token::number && reader.is_integer() &&
                   reader.text().size() <= (reader.text()[0] == '-' ? 19U : 18U)) {
          result = "integer " + std::to_string(std::stoll(std::string(reader.text()))) + " at " +
                   std::to_string(reader.position().column) + " to " +
                   std::to_string(reader.end_position().column);
        }
        return result + tokens(reader, true);
      } catch (const Error& error) {
        return result + error.message + error.detail;
      }
    };
    EXPECT_EQ(read(true), read(false)) << number;
  }
  std::int64_t value = 5;
  Reader at_the_end("[1,2]");
  at_the_end.next();
  EXPECT_FALSE(at_the_end.accept_integer(value));  // might go on behind what is in memory
  EXPECT_EQ(at_the_end.next(), Token::number);
  Reader reader(R"({"a":-12,"b":"so that the window does not end here"})");
  EXPECT_FALSE(reader.accept_integer(value));
  reader.next();
  EXPECT_FALSE(reader.accept_integer(value));
  reader.next();
  EXPECT_EQ(value, 5);
  ASSERT_TRUE(reader.accept_integer(value));
  EXPECT_EQ(value, -12);
  EXPECT_FALSE(reader.accept_integer(value));
  EXPECT_EQ(reader.next(), Token::key);
}

TEST(JsonReader, GivesTokensInOrder) {
  EXPECT_EQ(tokens_of(R"({"a":[1,-2.5e3,true,false,null,"x"],"b":{},"c":[]})"),
            "{k<a>[n<1>n<-2.5e3>tf0s<x>]k<b>{}k<c>[]}.");
  EXPECT_EQ(tokens_of(" \r\n\t[ 1 , { \"a\" : 2 } ] \n"), "[n<1>{k<a>n<2>}].");
}

TEST(JsonReader, TakesAnyValueAtTheTop) {
  EXPECT_EQ(tokens_of("1"), "n<1>.");
  EXPECT_EQ(tokens_of(" \"a\" "), "s<a>.");
  EXPECT_EQ(tokens_of("null"), "0.");
  EXPECT_EQ(tokens_of("-0"), "n<-0>.");
}

// Documents whose strings and escapes lie across all borders of 16 and 64 bytes.
TEST(JsonReader, ReadsAContainerAgainByItsBracketsOnly) {
  for (std::size_t shift = 0; shift < 140; ++shift) {
    const std::string fill(shift, 'x');
    for (const std::string& inner :
         {std::string("{}"), std::string("[]"), "[\"" + fill + "]}\"]", "{\"" + fill + "\\\"\":[{}]}",
          "[\"" + fill + "\\\\\",{\"a}\\\\\\\"\":\"[\"}]",
          "[[" + fill.substr(0, 0) + "1,2],\"" + fill + "\",\"{\",[[]]]",
          "{\"a\":\"" + fill + "\xc3\xa9\",\"b\":[true,\"" + fill + "\"]}"}) {
      const std::string text = "[ " + inner + " ,\"" + fill + "\"," + inner + ",7]";
      for (const std::size_t chunk : {std::size_t{1}, std::size_t{63}, text.size()}) {
        ChunkSource source(text, chunk);
        Reader reader(source);
        reader.next();
        EXPECT_EQ(reader.raw_container_again(), inner);
        EXPECT_EQ(reader.raw_value(), "\"" + fill + "\"");
        EXPECT_EQ(reader.raw_container_again(), inner);
        EXPECT_EQ(reader.next(), Token::number);
        EXPECT_EQ(reader.next(), Token::end_array);
      }
    }
  }
}

TEST(JsonReader, AContainerThatDoesNotEndIsAnErrorAlsoUnchecked) {
  for (std::size_t size = 1; size < 200; ++size) {
    for (const std::string& text :
         {"[" + std::string(size, '1'), "[\"" + std::string(size, ']'), "{" + std::string(size, '\\'),
          std::string(size, '['), "[\"" + std::string(size, '\\')}) {
      const std::vector<char> exact(text.begin(), text.end());
      Reader reader(std::string_view(exact.data(), exact.size()));
      EXPECT_THROW(reader.raw_container_again(), Error) << text;
    }
  }
  Reader scalar("1");
  EXPECT_THROW(scalar.raw_container_again(), Error);
}

TEST(JsonReader, EndComesAgainAndAgain) {
  Reader reader("[]");
  reader.next();
  reader.next();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(reader.next(), Token::end);
  EXPECT_EQ(reader.peek(), Token::end);
}

TEST(JsonReader, KeepsTheExactTextOfNumbers) {
  for (const char* number : {"0", "-0", "-0.0", "1e400", "1E+2", "123456789012345678901234567890.10", "0e-0",
                             "9223372036854775808"}) {
    Reader reader(number);
    ASSERT_EQ(reader.next(), Token::number);
    EXPECT_EQ(reader.text(), number);
    EXPECT_EQ(reader.is_integer(), std::string_view(number).find_first_of(".eE") == std::string_view::npos);
  }
}

TEST(JsonReader, RefusesWhatIsNoNumber) {
  for (const char* number : {"01", "-01", "+1", ".5", "1.", "1.e3", "1e", "1e+", "-", "--1", "0x10", "NaN",
                             "Infinity", "1_000", "1a"}) {
    EXPECT_FALSE(is_valid(number)) << number;
  }
}

TEST(JsonReader, UnescapesStrings) {
  EXPECT_EQ(tokens_of(R"(["\"\\\/\b\f\n\r\t"])"), "[s<\"\\/\b\f\n\r\t>].");
  EXPECT_EQ(tokens_of(R"("\u0041\u00e9\u20AC\ud83d\uDE00")"), "s<A\u00e9\u20ac\U0001f600>.");
  EXPECT_EQ(tokens_of("\"a\\u0000b\""), "s<a\0b>."s);
  EXPECT_EQ(tokens_of("{\"a\\nb\" : 1}"), "{k<a\nb>n<1>}.");
}

TEST(JsonReader, UnescapesAtEveryPlaceOfABlock) {
  for (std::size_t before = 0; before < 40; ++before) {
    for (std::size_t after = 0; after < 40; after += 3) {
      const std::string a(before, 'a'), b(after, 'b');
      EXPECT_EQ(tokens_of("\"" + a + "\\n" + b + "\\u00e9\\\\" + a + "\""),
                "s<" + a + "\n" + b + "\u00e9\\" + a + ">.");
    }
  }
}

TEST(JsonReader, RefusesControlCharactersAtEveryPlaceOfABlock) {
  for (unsigned char c = 0; c < 0x20; ++c) {
    for (std::size_t before = 0; before < 34; ++before) {
      const std::string text =
          "\"" + std::string(before, 'a') + static_cast<char>(c) + std::string(20, 'b') + "\"";
      ASSERT_EQ(error_of(text), "a control character in a string must be escaped (Line 1, column " +
                                    std::to_string(before + 2) + ".)");
    }
  }
  EXPECT_TRUE(is_valid("\"\x7f\""));
}

TEST(JsonReader, RefusesLoneSurrogates) {
  for (const char* text : {R"("\ud800")", R"("\udc00")", R"("\ud800x")", R"("\ud800\n")", R"("\ud800\ud800")",
                           R"("\udc00\ud800")", R"("\ud800\u0041")"}) {
    EXPECT_EQ(error_of(text), "lone surrogate in a string (Line 1, column 2.)") << text;
  }
}

TEST(JsonReader, RefusesInvalidUtf8) {
  for (const char* bytes : {"\x80", "\xc0\x80", "\xc1\xbf", "\xe0\x80\x80", "\xe0\x9f\xbf", "\xed\xa0\x80",
                            "\xed\xbf\xbf", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80",
                            "\xff", "\xe2\x82", "\xe2\x28\xa1", "\xf0\x9f\x98", "\xc3("}) {
    for (std::size_t before = 0; before < 20; ++before) {
      const std::string text = "[\"" + std::string(before, 'a') + bytes + "\",\"0123456789abcdef\"]";
      EXPECT_EQ(error_of(text),
                "invalid UTF-8 in a string (Line 1, column " + std::to_string(before + 3) + ".)");
      EXPECT_FALSE(is_valid(text));
    }
  }
}

TEST(JsonReader, AcceptsTheEdgesOfUtf8) {
  const std::string edges = "\u0080\u07ff\u0800\ud7ff\ue000\uffff\U00010000\U0010ffff";
  EXPECT_EQ(tokens_of("\"" + edges + "\""), "s<" + edges + ">.");
}

TEST(JsonReader, AcceptsAByteOrderMarkInFront) {
  EXPECT_EQ(tokens_of("\xef\xbb\xbf[1]"), "[n<1>].");
  EXPECT_EQ(tokens_of("\xef\xbb\xbf[1]", true), "[3:1:1-4:1:2 n<1>4:1:2-5:1:3 ]5:1:3-6:1:4 .6:1:4-6:1:4 ");
  EXPECT_EQ(error_of("\xef\xbb\xbf"), "the text ends where a value is expected (Line 1, column 1.)");
  EXPECT_EQ(error_of("[\xef\xbb\xbf]"), "expected a value or \"]\" (Line 1, column 2.)");
  EXPECT_FALSE(is_valid("\xef\xbb"));
  EXPECT_FALSE(is_valid("\xef\xbb\xbf{}"));  // a value, unlike a whole text, has no BOM
}

TEST(JsonReader, SaysWhatIsExpectedAndWhere) {
  EXPECT_EQ(error_of(""), "the text ends where a value is expected (Line 1, column 1.)");
  EXPECT_EQ(error_of("  \n "), "the text ends where a value is expected (Line 2, column 2.)");
  EXPECT_EQ(error_of("[1\n 2]"), "expected \",\" or \"]\" (Line 2, column 2.)");
  EXPECT_EQ(error_of("{\"a\":1 \"b\"}"), "expected \",\" or \"}\" (Line 1, column 8.)");
  EXPECT_EQ(error_of("{\"a\" 1}"), "expected \":\" (Line 1, column 6.)");
  EXPECT_EQ(error_of("{\"a\":}"), "expected a value (Line 1, column 6.)");
  EXPECT_EQ(error_of("{a:1}"), "expected a key or \"}\" (Line 1, column 2.)");
  EXPECT_EQ(error_of("{\"a\":1,}"), "expected a key (Line 1, column 8.)");
  EXPECT_EQ(error_of("[1,]"), "expected a value (Line 1, column 4.)");
  EXPECT_EQ(error_of("[}"), "expected a value or \"]\" (Line 1, column 2.)");
  EXPECT_EQ(error_of("[1}"), "expected \",\" or \"]\" (Line 1, column 3.)");
  EXPECT_EQ(error_of("1 2"), "expected the end of the text (Line 1, column 3.)");
  EXPECT_EQ(error_of("nul"), "the text ends inside a literal (Line 1, column 4.)");
  EXPECT_EQ(error_of("nulx"), "expected a value (Line 1, column 4.)");
  EXPECT_EQ(error_of("\"a\\q\""), "unknown escape in a string (Line 1, column 3.)");
  EXPECT_EQ(error_of("\"\\u12g4\""), "\\u needs four hexadecimal digits (Line 1, column 2.)");
  EXPECT_EQ(error_of("-x"), "expected a digit (Line 1, column 2.)");
}

TEST(JsonReader, CountsColumnsInCharacters) {
  EXPECT_EQ(error_of("{\"a\":\n [\"\u00e9\u20ac\U0001f600\", x]}"), "expected a value (Line 2, column 10.)");
}

TEST(JsonReader, TellsTruncatedTextAtEveryLength) {
  const std::string text = R"({"a":[1.5e3,"x\n\u00e9\ud83d\ude00é€",true,{"b":null}]} )";
  for (std::size_t size = 0; size + 1 < text.size(); ++size) {
    const std::string part = text.substr(0, size);
    const std::string error = error_of(part);
    // A high surrogate without its other half is lone, whatever might have come.
    if (part.find("\\ud83d") != part.npos && part.find("\\ude00") == part.npos) continue;
    EXPECT_TRUE(error.starts_with("the text ends ")) << size << ": " << error;
  }
}

TEST(JsonReader, ReportsPositionsOfTokens) {
  const std::string text = "{\n \"k\u00e9\" : [12,\n\"x\"]}";
  const std::string expected =
      "{0:1:1-1:1:2 k<k\u00e9>3:2:2-8:2:6 [11:2:9-12:2:10 n<12>12:2:10-14:2:12 s<x>16:3:1-19:3:4 "
      "]19:3:4-20:3:5 }20:3:5-21:3:6 .21:3:6-21:3:6 ";
  EXPECT_EQ(tokens_of(text, true), expected);
  for (std::size_t chunk : {1, 2, 3, 5, 100}) {
    ChunkSource source(text, chunk);
    Reader reader(source);
    EXPECT_EQ(tokens(reader, true), expected);
  }
}

TEST(JsonReader, StartsWithinALargerText) {
  ReaderOptions options;
  options.start = {100, 7, 3};
  EXPECT_EQ(tokens_of("[1\n]", true, options),
            "[100:7:3-101:7:4 n<1>101:7:4-102:7:5 ]103:8:1-104:8:2 .104:8:2-104:8:2 ");
  Reader reader("x", options);
  EXPECT_THROW(
      try { reader.next(); } catch (const Error& error) {
        EXPECT_EQ(error.detail, "Line 7, column 3.");
        throw;
      },
      Error);
}

TEST(JsonReader, AcceptsKnownKeys) {
  const std::string text = "{\"id\":1,\"n\\\"\":[2],\n \"x\":{\"id\":3},\"y\" :4,\"\\u007a\":5}";
  for (const std::size_t chunk : {1, 2, 3, 7, 100'000}) {
    ChunkSource source(text, chunk);
    Reader reader(source);
    EXPECT_FALSE(reader.accept_key("\"id\":"));  // an object must be open
    ASSERT_EQ(reader.next(), Token::begin_object);
    EXPECT_FALSE(reader.accept_key("\"i\":"));
    ASSERT_TRUE(reader.accept_key("\"id\":"));
    EXPECT_EQ(position_text(reader.position()) + "-" + position_text(reader.end_position()), "1:1:2-5:1:6");
    EXPECT_FALSE(reader.accept_key("\"id\":"));  // a value must come
    ASSERT_EQ(reader.next(), Token::number);
    EXPECT_EQ(reader.text(), "1");
    ASSERT_TRUE(reader.accept_key("\"n\\\"\":"));
    ASSERT_EQ(reader.next(), Token::begin_array);
    EXPECT_FALSE(reader.accept_key("\"id\":"));
    ASSERT_EQ(reader.next(), Token::number);
    EXPECT_FALSE(reader.accept_key("\"x\":"));
    ASSERT_EQ(reader.next(), Token::end_array);
    EXPECT_FALSE(
        reader.accept_key("\"a key that is longer than what is left of the text, whatever the window\":"));
    ASSERT_TRUE(reader.accept_key("\"x\":"));
    EXPECT_EQ(reader.raw_value(), "{\"id\":3}");
    // Written otherwise: next() finds them.
    EXPECT_FALSE(reader.accept_key("\"y\":"));
    ASSERT_EQ(reader.next(), Token::key);
    EXPECT_EQ(reader.text(), "y");
    reader.skip_value();
    EXPECT_FALSE(reader.accept_key("\"z\":"));
    ASSERT_EQ(reader.next(), Token::key);
    EXPECT_EQ(reader.text(), "z");
    reader.skip_value();
    EXPECT_FALSE(reader.accept_key("\"id\":"));
    ASSERT_EQ(reader.next(), Token::end_object);
    EXPECT_FALSE(reader.accept_key("\"id\":"));
    EXPECT_EQ(reader.next(), Token::end);
  }
  Reader reader("[1,\"x\":2]");
  reader.next();
  reader.next();
  EXPECT_FALSE(reader.accept_key("\"x\":"));
}

TEST(JsonReader, LimitsTheDepth) {
  const std::string limit(10'000, '['), over(100'000, '[');
  EXPECT_TRUE(is_valid(limit + std::string(10'000, ']')));
  Reader reader(over);
  try {
    reader.skip_value();
    FAIL() << "100,000 levels were accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code, code::kInvalidJson);
    EXPECT_EQ(error.message, "invalid JSON: nested more than 10000 levels deep");
    EXPECT_EQ(error.detail, "Line 1, column 10001.");
    EXPECT_NE(error.hint, "");
  }
  EXPECT_TRUE(is_valid("[[1]]", 2));
  EXPECT_FALSE(is_valid("[[[1]]]", 2));
  EXPECT_EQ(tokens_of("[{\"a\":[]}]", false, {.max_depth = 2}).substr(0, 7), "[{k<a>!");
}

TEST(JsonReader, RemembersEveryLevel) {
  // Objects and arrays in a pattern without a period, deeper than one word of levels.
  std::mt19937 random(5);
  std::string open, close;
  for (int i = 0; i < 1000; ++i) {
    const bool object = random() % 2 == 0;
    open += object ? "{\"a\":" : "[";
    close.insert(close.begin(), object ? '}' : ']');
  }
  EXPECT_TRUE(is_valid(open + "1" + close));
  for (std::size_t i = 0; i < close.size(); i += 7) {
    std::string wrong = close;
    wrong[i] = wrong[i] == '}' ? ']' : '}';
    EXPECT_FALSE(is_valid(open + "1" + wrong)) << i;
    Reader reader(open + "1" + wrong);
  }
  Reader reader("[[{\"a\":[1]}]]");
  std::vector<std::size_t> depths;
  while (reader.next() != Token::end) depths.push_back(reader.depth());
  EXPECT_EQ(depths, (std::vector<std::size_t>{1, 2, 3, 3, 4, 4, 3, 2, 1, 0}));
}

TEST(JsonReader, GivesRawValues) {
  Reader reader(R"({"a": {"x" : [1, "\u0041", {}], "x": -0.50} , "b":[ ], "c":"é", "d":12})");
  reader.next();
  std::vector<std::string> values;
  while (reader.next() == Token::key) {
    values.emplace_back(reader.raw_value());
    EXPECT_EQ(reader.depth(), 1u);
  }
  EXPECT_EQ(values,
            (std::vector<std::string>{R"({"x" : [1, "\u0041", {}], "x": -0.50})", "[ ]", "\"é\"", "12"}));
  EXPECT_EQ(reader.next(), Token::end);
}

TEST(JsonReader, RawValuesAfterPeek) {
  Reader reader("[ 1 , [2,3] ,\"x\" ]");
  reader.next();
  std::string all;
  while (reader.peek() != Token::end_array) {
    all += reader.raw_value();
    all += position_text(reader.position()) + "-" + position_text(reader.end_position()) + " ";
  }
  EXPECT_EQ(all, "12:1:3-3:1:4 [2,3]6:1:7-11:1:12 \"x\"13:1:14-16:1:17 ");
  EXPECT_EQ(reader.next(), Token::end_array);
}

TEST(JsonReader, RawValueNeedsAPlaceForAValue) {
  const auto code_of = [](Reader& reader) {
    try {
      reader.raw_value();
      return "none"s;
    } catch (const Error& error) {
      return error.code;
    }
  };
  Reader at_key("{\"a\":1}");
  at_key.next();
  EXPECT_EQ(code_of(at_key), code::kInternal);
  Reader at_close("[]");
  at_close.next();
  EXPECT_EQ(code_of(at_close), code::kInternal);
  Reader at_end("1");
  at_end.next();
  EXPECT_EQ(code_of(at_end), code::kInternal);
  Reader no_comma("[1 2]");
  no_comma.next();
  no_comma.next();
  EXPECT_EQ(code_of(no_comma), code::kInvalidJson);
}

TEST(JsonReader, SkipsValuesInConstantMemory) {
  // One string of 64 MiB that never lies in memory as a whole, and positions behind it.
  class Endless : public ByteSource {
   public:
    std::size_t read(char* buffer, std::size_t capacity) override {
      largest = std::max(largest, capacity);
      constexpr std::size_t kTotal = 64 << 20;
      std::size_t size = 0;
      for (; size < capacity && at < kTotal; ++size, ++at)
        buffer[size] = at == 0 ? '[' : at == 1 || at == kTotal - 2 ? '"' : at == kTotal - 1 ? ']' : 'a';
      return size;
    }
    std::size_t at = 0, largest = 0;
  };
  Endless source;
  Reader reader(source);
  reader.skip_value();
  EXPECT_EQ(position_text(reader.position()), "0:1:1");
  EXPECT_EQ(position_text(reader.end_position()), "67108864:1:67108865");
  EXPECT_EQ(reader.next(), Token::end);
  EXPECT_LE(source.largest, 1u << 20);
}

TEST(JsonReader, ReadsManyValues) {
  const std::string text = "\n{\"a\":1}\r\n[2]\n\n3 \"x\"\ntrue\n";
  EXPECT_EQ(tokens_of(text, false, {.many = true}), "{k<a>n<1>}[n<2>]n<3>s<x>t.");
  EXPECT_EQ(tokens_of("", false, {.many = true}), ".");
  EXPECT_EQ(tokens_of(" \n", false, {.many = true}), ".");
  EXPECT_EQ(tokens_of("1-2", false, {.many = true}),
            "n<1>! invalid JSON: expected white space between two values (Line 1, column 2.)");
  EXPECT_EQ(tokens_of("{}\n]", false, {.many = true}),
            "{}! invalid JSON: expected a value (Line 2, column 1.)");
  Reader reader(text, {.many = true});
  std::string raw;
  while (reader.peek() != Token::end) (raw += reader.raw_value()) += '|';
  EXPECT_EQ(raw, "{\"a\":1}|[2]|3|\"x\"|true|");
}

TEST(JsonReader, StaysUsableAfterAnError) {
  // Nothing is promised but that it does not touch memory that is not its own (seen by the sanitizers).
  for (std::string_view text : {"[1,\"a\\x\"]", "{\"a\" 1}", "[\"abc", "[[[", "{\"a\":tru}", "1 2"}) {
    for (std::size_t chunk : {std::size_t{1}, std::size_t{100}}) {
      ChunkSource source(text, chunk);
      Reader reader(source);
      for (int i = 0; i < 10; ++i) {
        EXPECT_THROW(while (reader.next() != Token::end){}, Error);
        reader.position();
        reader.end_position();
      }
    }
  }
}

// Random documents: the same tokens from memory, from any chunks, and from the text that is written from
// them.
class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  std::string value(int depth) {
    switch (random_() % (depth > 0 ? 8 : 6)) {
      case 0:
        return string();
      case 1:
        return std::to_string(static_cast<std::int64_t>(random_()) << (random_() % 24));
      case 2:
        return "-" + std::to_string(random_() % 1000) + "." + std::to_string(random_() % 1000) + "e-7";
      case 3:
        return "true";
      case 4:
        return "null";
      case 5:
        return "false";
      case 6:
        return list('[', ']', [&] { return value(depth - 1); });
      default:
        return list('{', '}', [&] { return string() + space() + ":" + space() + value(depth - 1); });
    }
  }

 private:
  template <typename Element>
  std::string list(char open, char close, Element element) {
    std::string text(1, open);
    for (unsigned i = 0, count = random_() % 6; i < count; ++i)
      text += (i != 0 ? "," : "") + space() + element() + space();
    return text + space() + close;
  }
  std::string space() {
    return std::string(random_() % 4 == 0 ? random_() % 5 : 0, " \n\t\r"[random_() % 4]);
  }
  std::string string() {
    constexpr std::string_view kPieces[] = {"a",
                                            "plain text of some length",
                                            "\\n",
                                            "\\u00e9",
                                            "é",
                                            "€uro",
                                            "\\ud83d\\ude00",
                                            "😀",
                                            "\\\"",
                                            "\\\\",
                                            "0123456789abcdef",
                                            "Привет мир",
                                            "\\u0000",
                                            "ж"};
    std::string text = "\"";
    for (unsigned i = 0, count = random_() % 8; i < count; ++i)
      text += kPieces[random_() % std::size(kPieces)];
    return text + "\"";
  }

  std::mt19937 random_;
};

TEST(JsonReader, ReadsTheSameInAnyChunks) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    std::string text = Generator(seed).value(5);
    if (seed % 3 == 0)
      text[text.size() / 2] = static_cast<char>(seed);  // mostly broken, mostly in the same way
    const std::string expected = tokens_of(text, true);
    for (const std::size_t chunk : {1, 2, 3, 7, 16, 64, 100'000}) {
      ChunkSource source(text, chunk);
      Reader reader(source);
      ASSERT_EQ(tokens(reader, true), expected) << text;
    }
    const bool valid = expected.find("! ") == expected.npos;
    ASSERT_EQ(is_valid(text), valid);
    if (!valid) continue;
    Reader reader(text);
    const std::string written = rewritten(reader);
    EXPECT_EQ(tokens_of(written), tokens_of(text));
    ChunkSource source(text, 5);
    Reader raw(source);
    const std::string value(raw.raw_value());
    ASSERT_EQ(value, text.substr(raw.position().offset, value.size()));
    ASSERT_EQ(raw.end_position().offset, raw.position().offset + value.size());
    ASSERT_EQ(raw.next(), Token::end);
  }
}

TEST(JsonReader, KeepsLongTokensAcrossManyRefills) {
  const std::string body(1'500'000, 'x');
  const std::string text =
      "{\"" + body + "\\n\" \n:\"" + body + "é\",\"n\":1" + std::string(600'000, '0') + "}";
  for (const std::size_t chunk : {std::size_t{4096}, std::size_t{1} << 30}) {
    ChunkSource source(text, chunk);
    Reader reader(source);
    ASSERT_EQ(reader.next(), Token::begin_object);
    ASSERT_EQ(reader.next(), Token::key);
    EXPECT_TRUE(reader.text() == body + "\n");
    ASSERT_EQ(reader.next(), Token::string);
    EXPECT_TRUE(reader.text() == body + "é");
    ASSERT_EQ(reader.next(), Token::key);
    EXPECT_EQ(reader.text(), "n");
    EXPECT_EQ(position_text(reader.position()), "3000013:2:1500006");
    ASSERT_EQ(reader.next(), Token::number);
    EXPECT_EQ(reader.text().size(), 600'001u);
    EXPECT_EQ(reader.next(), Token::end_object);
    EXPECT_EQ(reader.next(), Token::end);
  }
}

}  // namespace
}  // namespace whimbrel::json
