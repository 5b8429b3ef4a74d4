#include "common/transfer/digest.h"

#include <gtest/gtest.h>

#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "common/text/datetime.h"
#include "common/transfer/decimal.h"

namespace whimbrel {
namespace {

std::string encoded_number(std::string_view text, bool signed_zero = true) {
  std::string out(encoded_number_size(text.size()), '\0');
  out.resize(static_cast<std::size_t>(encode_number(out.data(), text, signed_zero) - out.data()));
  return out;
}

std::string encoded_real(double value) {
  char out[64];
  return {out, static_cast<std::size_t>(encode_real(out, value) - out)};
}

std::string real32(float value) {
  char out[64];
  return {out, static_cast<std::size_t>(encode_real32(out, value) - out)};
}

std::string integer(std::int64_t value) {
  char out[16];
  return {out, static_cast<std::size_t>(encode_integer(out, value) - out)};
}

std::string float8(double value) {
  return "f" + std::string(reinterpret_cast<const char*>(&value), sizeof value);
}

std::string decimal(std::string_view text) { return "d" + std::string(text) + '\0'; }

TEST(Decimal, OneNumberHasOneEncoding) {
  EXPECT_EQ(encoded_number("8.9"), float8(8.9));
  EXPECT_EQ(encoded_number("8.90"), encoded_number("8.9"));
  EXPECT_EQ(encoded_number("89e-1"), encoded_number("8.9"));
  EXPECT_EQ(encoded_number("0.00089E+4"), encoded_number("8.9"));
  EXPECT_EQ(encoded_number("-0.5"), float8(-0.5));
  EXPECT_EQ(encoded_number("1000"), integer(1000));
  EXPECT_EQ(encoded_number("1e3"), integer(1000));
  EXPECT_EQ(encoded_number("10.000"), integer(10));
  EXPECT_EQ(encoded_number("0.0"), integer(0));
  EXPECT_NE(encoded_number("8.91"), encoded_number("8.9"));
}

TEST(Decimal, EndsOfTheIntegers) {
  EXPECT_EQ(encoded_number("9223372036854775807"), integer(std::numeric_limits<std::int64_t>::max()));
  EXPECT_EQ(encoded_number("-9223372036854775808"), integer(std::numeric_limits<std::int64_t>::min()));
  EXPECT_EQ(encoded_number("9223372036854775808"), decimal("9223372036854775808"));
  EXPECT_EQ(encoded_number("-9223372036854775809"), decimal("-9223372036854775809"));
  EXPECT_EQ(encoded_number("9999999999999999999"), decimal("9999999999999999999"));
  EXPECT_EQ(encoded_number("10000000000000000000"), float8(1e19));
  EXPECT_EQ(encoded_number("1e19"), float8(1e19));
  EXPECT_EQ(encoded_real(1e19), float8(1e19));
}

TEST(Decimal, HugeExponentsAreNotExpanded) {
  EXPECT_EQ(encoded_number("1e1000000000"), decimal("1e1000000000"));
  EXPECT_EQ(encoded_number("1.50e-400"), decimal("15e-401"));
  EXPECT_LT(encoded_number("1e99999999999999999999999").size(), 40U);
}

TEST(Decimal, ZeroesAndWords) {
  EXPECT_EQ(encoded_number("-0"), float8(-0.0));
  EXPECT_EQ(encoded_number("-0.00"), float8(-0.0));
  EXPECT_EQ(encoded_number("-0.0", false), integer(0));
  EXPECT_EQ(encoded_real(-0.0), encoded_number("-0.0"));
  EXPECT_EQ(encoded_real(0.0), integer(0));
  EXPECT_EQ(encoded_real(std::nan("")), encoded_number("NaN"));
  EXPECT_EQ(encoded_real(-INFINITY), encoded_number("-Infinity"));
}

TEST(Decimal, DoublesAreTheirShortestText) {
  EXPECT_EQ(encoded_real(8.9), encoded_number("8.90"));
  EXPECT_EQ(encoded_real(0.1), encoded_number("0.1"));
  EXPECT_EQ(encoded_real(1e22), encoded_number("1e22"));
  EXPECT_EQ(encoded_real(5e-324), encoded_number("5e-324"));
  EXPECT_EQ(encoded_real(1.7976931348623157e308), encoded_number("1.7976931348623157e308"));
  EXPECT_EQ(encoded_real(12345.0), integer(12345));
  // Beyond 2^53 the shortest text is not the exact integer.
  EXPECT_EQ(encoded_real(1152921504606846976.0), encoded_number("1152921504606847000"));
  EXPECT_EQ(encoded_real(9223372036854775808.0), encoded_number("9223372036854776000"));
  EXPECT_EQ(encoded_real(-9223372036854774784.0), integer(-9223372036854775000));
  EXPECT_EQ(real32(0.1F), encoded_number("0.1"));
  EXPECT_EQ(real32(16777216.0F), integer(16777216));
  EXPECT_EQ(real32(1e20F), encoded_number("1e20"));
}

// Whatever a double prints as its shortest text is the same number, and no longer text is.
TEST(Decimal, EveryDoubleIsItsPrintedText) {
  std::mt19937_64 random(42);
  for (int i = 0; i < 200'000; ++i) {
    const std::uint64_t bits = random();
    double value;
    std::memcpy(&value, &bits, sizeof value);
    if (i % 2 == 0) value = static_cast<double>(static_cast<std::int64_t>(bits) >> (i % 60)) / 1000;
    if (i % 7 == 0) value = std::ldexp(value, -2000);  // subnormals
    if (!std::isfinite(value)) continue;
    char text[400];
    for (const auto format : {std::chars_format::scientific, std::chars_format::fixed}) {
      const char* const end = std::to_chars(text, text + sizeof text, value, format).ptr;
      const std::string_view printed(text, static_cast<std::size_t>(end - text));
      // In fixed notation large integers are printed exactly, not shortest.
      if (format == std::chars_format::fixed && std::fabs(value) > 9007199254740992.0) continue;
      ASSERT_EQ(encoded_real(value), encoded_number(printed)) << printed;
    }
    const float single = static_cast<float>(value);
    if (!std::isfinite(single)) continue;
    const char* const end =
        std::to_chars(text, text + sizeof text, single, std::chars_format::scientific).ptr;
    ASSERT_EQ(real32(single), encoded_number({text, static_cast<std::size_t>(end - text)})) << text;
  }
}

TEST(Decimal, OtherDecimalsNearADoubleAreOthers) {
  EXPECT_NE(encoded_number("0.10000000000000001"), encoded_number("0.1"));
  EXPECT_NE(encoded_number("0.1000000000000000055511151231257827"), encoded_number("0.1"));
  EXPECT_EQ(encoded_number("0.30000000000000004"), float8(0.1 + 0.2));
  EXPECT_NE(encoded_number("0.30000000000000005"), encoded_number("0.30000000000000004"));
  EXPECT_EQ(encoded_number("5e-324"), float8(5e-324));
  EXPECT_EQ(encoded_number("4e-324"), decimal("4e-324"));
  EXPECT_EQ(encoded_number("1.23456789e-320"), decimal("123456789e-328"));
}

TEST(Decimal, NumberTexts) {
  for (std::string_view text : {"0", "-1.5", "1e5", "1E-5", "0.10", "NaN", "Infinity", "-Infinity"}) {
    EXPECT_TRUE(is_number_text(text)) << text;
  }
  for (std::string_view text : {"", "-", "01", ".5", "5.", "1e", "+1", "nan", "1 ", "0x1", "1e+"}) {
    EXPECT_FALSE(is_number_text(text)) << text;
  }
}

Hash digest_of(Kind kind, const Cell& cell) {
  TableDigest digest({{"c", kind, 0}});
  digest.add(&cell);
  return digest.digest();
}

Cell text(std::string_view value) { return Cell::text(value); }

TEST(TableDigest, OrderOfRowsAndOfColumnsDoesNotMatter) {
  const Cell a[] = {Cell::integer_of(1), text("x")};
  const Cell b[] = {Cell::integer_of(2), text("y")};
  TableDigest forward({{"id", Kind::integer, 0}, {"name", Kind::text, 1}});
  forward.add(a);
  forward.add(b);
  TableDigest backward({{"name", Kind::text, 1}, {"id", Kind::integer, 0}});
  backward.add(b);
  backward.add(a);
  EXPECT_EQ(forward.digest(), backward.digest());
  EXPECT_EQ(forward.rows(), 2U);

  TableDigest renamed({{"id", Kind::integer, 0}, {"title", Kind::text, 1}});
  renamed.add(a);
  renamed.add(b);
  EXPECT_NE(forward.digest(), renamed.digest());
  backward.restart();
  EXPECT_EQ(backward.digest(), Hash());
}

TEST(TableDigest, EnginesAgreeOnTypes) {
  const auto micros = parse_timestamp("2009-01-01T00:00:00")->microseconds;
  const Hash timestamp = digest_of(Kind::timestamp, Cell::of(Tag::timestamp, micros));
  EXPECT_EQ(digest_of(Kind::timestamp, text("2009-01-01 00:00:00")), timestamp);
  EXPECT_EQ(digest_of(Kind::timestamptz, text("2009-01-01 02:00:00+02:00")),
            digest_of(Kind::timestamptz, Cell::of(Tag::timestamptz, micros)));
  EXPECT_NE(digest_of(Kind::text, text("2009-01-01 00:00:00")), timestamp);
  EXPECT_EQ(digest_of(Kind::date, text("2009-01-01")),
            digest_of(Kind::date, Cell::of(Tag::date, *parse_date("2009-01-01"))));
  EXPECT_EQ(digest_of(Kind::time, text("10:00:00")),
            digest_of(Kind::time, Cell::of(Tag::time, *parse_time("10:00:00"))));
  EXPECT_EQ(digest_of(Kind::numeric, Cell::of(Tag::number, std::string_view("8.90"))),
            digest_of(Kind::numeric, Cell::real_of(8.9)));
  EXPECT_EQ(digest_of(Kind::numeric, text("12345678901234567890.10")),
            digest_of(Kind::numeric, Cell::of(Tag::number, std::string_view("12345678901234567890.1"))));
  EXPECT_NE(digest_of(Kind::text, text("8.9")), digest_of(Kind::text, Cell::real_of(8.9)));
  EXPECT_EQ(digest_of(Kind::boolean, Cell::boolean(true)), digest_of(Kind::integer, Cell::integer_of(1)));
  EXPECT_EQ(digest_of(Kind::uuid, text("A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11")),
            digest_of(Kind::uuid,
                      Cell::of(Tag::uuid,
                               std::string_view(
                                   "\xa0\xee\xbc\x99\x9c\x0b\x4e\xf8\xbb\x6d\x6b\xb9\xbd\x38\x0a\x11", 16))));
  EXPECT_EQ(digest_of(Kind::json, text("{\"a\": 1}")),
            digest_of(Kind::jsonb, Cell::of(Tag::json, std::string_view("{\"a\":1}"))));
  EXPECT_EQ(digest_of(Kind::json, Cell::integer_of(12)),
            digest_of(Kind::json, Cell::of(Tag::json, std::string_view("12.0"))));
  EXPECT_EQ(digest_of(Kind::json, Cell::real_of(1.5)),
            digest_of(Kind::json, Cell::of(Tag::json, std::string_view("1.5"))));
  EXPECT_EQ(digest_of(Kind::array, text("[1, 2]")),
            digest_of(Kind::array, Cell::of(Tag::encoded, std::string_view("[1,2]"))));
  const Hash hash = JsonHasher().hash("{\"a\":1}");
  EXPECT_EQ(digest_of(Kind::json, Cell::of(Tag::json, std::string_view("{ \"a\" : 1 }"))),
            digest_of(Kind::json, Cell::of(Tag::hashed, std::string_view(reinterpret_cast<const char*>(&hash),
                                                                         sizeof hash))));
  EXPECT_NE(digest_of(Kind::json, text("no json")), digest_of(Kind::json, text("\"no json\"")));
}

TEST(TableDigest, ValuesDiffer) {
  const std::vector<Cell> cells = {Cell(),
                                   Cell::of(Tag::absent, std::int64_t{0}),
                                   Cell::integer_of(0),
                                   text(""),
                                   text("0"),
                                   Cell::of(Tag::bytes, std::string_view("")),
                                   Cell::of(Tag::bytes, std::string_view("0")),
                                   Cell::of(Tag::date, std::int64_t{0}),
                                   Cell::of(Tag::time, std::int64_t{0}),
                                   Cell::of(Tag::timestamp, std::int64_t{0}),
                                   Cell::of(Tag::json, std::string_view("0"))};
  for (std::size_t i = 0; i < cells.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      EXPECT_NE(digest_of(Kind::any, cells[i]), digest_of(Kind::any, cells[j])) << i << j;
}

TEST(TableDigest, BoundariesOfTextAreKept) {
  TableDigest one({{"a", Kind::text, 0}, {"b", Kind::text, 1}});
  TableDigest other({{"a", Kind::text, 0}, {"b", Kind::text, 1}});
  const Cell first[] = {text("ab"), text("c")};
  const Cell second[] = {text("a"), text("bc")};
  one.add(first);
  other.add(second);
  EXPECT_NE(one.digest(), other.digest());
}

// The definition is a contract between versions: these values must never change.
TEST(TableDigest, KnownValue) {
  TableDigest digest({{"id", Kind::integer, 0}, {"name", Kind::text, 1}});
  const Cell row[] = {Cell::integer_of(1), text("Ada")};
  digest.add(row);
  std::string canonical("i\1\0\0\0\0\0\0\0s\3\0\0\0Ada", 17);
  const std::string names("id\0name", 7);
  EXPECT_EQ(digest.digest(), hash_bytes(canonical, XXH3_64bits(names.data(), names.size())));
  EXPECT_EQ(to_hex(digest.digest()).size(), 32U);
}

TEST(TableDigest, LongRowsHashLikeShortOnes) {
  const std::string long_text(100'000, 'x');
  TableDigest digest({{"t", Kind::text, 0}});
  const Cell row = text(long_text);
  digest.add(&row);
  std::string canonical = "s";
  const std::uint32_t size = 100'000;
  canonical.append(reinterpret_cast<const char*>(&size), 4);
  canonical += long_text;
  EXPECT_EQ(digest.digest(), hash_bytes(canonical, XXH3_64bits("t", 1)));
}

// Rows are hashed some at a time; whenever that is, the digest is the sum.
TEST(TableDigest, IsTheSumOfItsRows) {
  TableDigest all({{"t", Kind::text, 0}});
  Hash sum;
  for (std::size_t i = 0; i < 200; ++i) {
    const std::string value(i % 50 == 7 ? 20'000 : i, static_cast<char>('a' + i % 26));
    const Cell row = text(value);
    all.add(&row);
    TableDigest one({{"t", Kind::text, 0}});
    one.add(&row);
    sum += one.digest();
    if (i % 70 == 0) {
      EXPECT_EQ(all.digest(), sum);
    }
  }
  EXPECT_EQ(all.digest(), sum);
  EXPECT_EQ(all.rows(), 200U);
  const Cell row = text("again");
  all.add(&row);
  all.restart();
  EXPECT_EQ(all.digest(), Hash());
}

TEST(Hash, HexIsMostSignificantFirst) {
  EXPECT_EQ(to_hex({0x0123456789abcdef, 0xfedcba9876543210}), "fedcba98765432100123456789abcdef");
  Hash sum{~std::uint64_t{0}, 1};
  sum += {1, 0};
  EXPECT_EQ(sum, (Hash{0, 2}));
}

}  // namespace
}  // namespace whimbrel
