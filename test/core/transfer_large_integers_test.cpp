#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>

#include "common/transfer/conversion.h"
#include "common/transfer/row_writer.h"

namespace whimbrel {
namespace {

std::string written(std::int64_t value, Kind kind, bool dynamic) {
  const RowWriter::Column column{"n", kind};
  RowWriter::Style style;
  style.dynamic_types = dynamic;
  style.large_integers_as_text = true;
  const RowWriter writer({&column, 1}, style);
  json::Buffer out;
  const Cell cell = Cell::integer_of(value);
  writer.write(out, &cell);
  return std::string(out.view());
}

constexpr std::int64_t kExact = (std::int64_t{1} << 53) - 1;

TEST(LargeIntegers, AreStringsBeyondWhatADoubleHolds) {
  EXPECT_EQ(written(kExact, Kind::integer, false), R"({"n":9007199254740991})");
  EXPECT_EQ(written(-kExact, Kind::integer, false), R"({"n":-9007199254740991})");
  EXPECT_EQ(written(kExact + 1, Kind::integer, false), R"({"n":"9007199254740992"})");
  EXPECT_EQ(written(std::numeric_limits<std::int64_t>::min(), Kind::integer, true),
            R"({"n":"-9223372036854775808"})");
  EXPECT_EQ(written(kExact + 1, Kind::any, true), R"({"n":{"$num":"9007199254740992"}})");
}

TEST(LargeIntegers, ComeBack) {
  for (const Kind kind : {Kind::integer, Kind::any, Kind::text, Kind::json, Kind::numeric}) {
    for (const std::int64_t value : {kExact + 1, std::numeric_limits<std::int64_t>::min()}) {
      const ColumnReading reading = column_reading(kind, "", true, true);
      std::string text = written(value, kind, true);
      text = text.substr(5, text.size() - 6);
      Arena arena;
      Cell cell;
      EXPECT_FALSE(convert_raw(text, reading, arena, cell)) << text;
      EXPECT_EQ(cell.tag, Tag::integer) << text;
      EXPECT_EQ(cell.integer, value);
    }
  }
}

TEST(LargeIntegers, StringsInIntegerColumns) {
  const ColumnReading reading = column_reading(Kind::integer, "integer", false, false);
  Arena arena;
  Cell cell;
  EXPECT_FALSE(convert_raw("\"-12\"", reading, arena, cell));
  EXPECT_EQ(cell.integer, -12);
  for (const char* text :
       {R"("2147483648")", R"("012")", R"("1.0")", R"("")", R"("-0")", R"(" 1")", R"("many")"})
    EXPECT_TRUE(convert_raw(text, reading, arena, cell)) << text;
}

}  // namespace
}  // namespace whimbrel
