#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "common/schema/kind.h"
#include "common/transfer/row_parser.h"
#include "test/core/chunk_source.h"

namespace whimbrel {
namespace {

using Strings = std::vector<std::string>;

class Faults : public RowFaults {
 public:
  void unknown_column(const std::string& name) override { list.push_back("unknown " + name); }
  void duplicate_column(const std::string& name) override { list.push_back("twice " + name); }
  void misfit(const std::string& column, const Misfit& misfit) override {
    list.push_back(column + ": " + misfit.message);
  }
  Strings list;
};

ParserColumn parsed(std::string name, std::string_view type, std::size_t cell, bool dynamic = false) {
  ParserColumn column;
  column.name = std::move(name);
  column.cell = cell;
  column.reading = column_reading(kind_of_type(type), type, dynamic, dynamic);
  return column;
}

std::string shown(const Cell& cell) {
  switch (cell.tag) {
    case Tag::absent:
      return "-";
    case Tag::null:
      return "null";
    case Tag::integer:
      return std::to_string(cell.integer);
    case Tag::boolean:
      return cell.integer != 0 ? "true" : "false";
    case Tag::real:
      return "real " + std::to_string(cell.real);
    case Tag::text:
      return "text " + std::string(cell.view());
    case Tag::json:
      return "json " + std::string(cell.view());
    case Tag::number:
      return "number " + std::string(cell.view());
    default:
      return "tag " + std::to_string(static_cast<int>(cell.tag));
  }
}

// The rows of an array, each as its cells.
std::vector<Strings> parse(json::Reader& reader, RowParser& parser, std::size_t cells, Faults& faults) {
  std::vector<Strings> rows;
  Arena arena;
  std::vector<Cell> row(cells);
  reader.next();
  while (reader.peek() == json::Token::begin_object) {
    parser.parse(reader, row.data(), nullptr, arena, faults);
    rows.emplace_back();
    for (const Cell& cell : row) rows.back().push_back(shown(cell));
  }
  EXPECT_EQ(reader.next(), json::Token::end_array);
  return rows;
}

std::vector<ParserColumn> columns() {
  return {parsed("id", "bigint", 0), parsed("na\"me", "text", 1), parsed("doc", "json", 2),
          parsed("generated", "text", ParserColumn::kNone)};
}

constexpr std::string_view kRows = R"([
  {"id":1,"na\"me":"a","doc":{"x":[1,{}]}},
  {"doc" : [ ] , "na\u0022me" : "\u0062" , "id" : 2},
  {"id":3,"generated":{"deep":[[]]},"na\"me":null},
  { "na\"me":"c\n", "id":-4 ,"doc":"s"},
  {},
  {"id":5,"na\"me":"d","doc":null}])";

const std::vector<Strings> kParsed = {{"1", "text a", "json {\"x\":[1,{}]}"},
                                      {"2", "text b", "json [ ]"},
                                      {"3", "null", "-"},
                                      {"-4", "text c\n", "json \"s\""},
                                      {"-", "-", "-"},
                                      {"5", "text d", "null"}};

TEST(RowParser, KeysInAnyOrderAndSpelling) {
  RowParser parser(columns());
  Faults faults;
  json::Reader reader(kRows);
  EXPECT_EQ(parse(reader, parser, 3, faults), kParsed);
  EXPECT_TRUE(faults.list.empty());
  EXPECT_EQ(parser.present(0), 5U);
  EXPECT_EQ(parser.present(2), 4U);
  EXPECT_EQ(parser.present(3), 1U);
}

TEST(RowParser, WhereverTheTextIsCut) {
  for (std::size_t size = 1; size < 20; ++size) {
    ChunkSource source(kRows, size);
    json::Reader reader(source);
    RowParser parser(columns());
    Faults faults;
    EXPECT_EQ(parse(reader, parser, 3, faults), kParsed) << size;
    EXPECT_TRUE(faults.list.empty());
  }
}

TEST(RowParser, ForADigestDocumentsAreHashed) {
  json::Reader reader(R"([{"doc":{"a":[1]},"list":[1,2],"tag":{"$json":{"$num":"NaN"}},"none":null}])");
  RowParser parser({parsed("doc", "jsonb", 0), parsed("list", "integer[]", 1), parsed("tag", "json", 2),
                    parsed("none", "json", 3)},
                   RowParser::Use::digest);
  reader.next();
  Cell cells[4];
  Arena arena;
  Faults faults;
  parser.parse(reader, cells, nullptr, arena, faults);
  EXPECT_EQ(faults.list, Strings());
  const auto hash_of = [](std::string_view document) {
    const Hash hash = JsonHasher().hash(document);
    return std::string(reinterpret_cast<const char*>(&hash), sizeof hash);
  };
  EXPECT_EQ(cells[0].tag, Tag::hashed);
  EXPECT_EQ(cells[0].view(), hash_of(R"({"a":[1]})"));
  EXPECT_EQ(cells[1].tag, Tag::hashed);
  EXPECT_EQ(cells[1].view(), hash_of("[1,2]"));
  EXPECT_EQ(shown(cells[2]), R"(json {"$num":"NaN"})");
  EXPECT_EQ(shown(cells[3]), "null");
}

TEST(RowParser, ForBothValuesStayAndHashesStandBesideThem) {
  json::Reader reader(R"([{"doc":{"a":[1]},"list":[1,2],"tag":{"$json":{"$num":"NaN"}},"none":null}])");
  std::vector<ParserColumn> columns = {parsed("doc", "jsonb", 0), parsed("list", "integer[]", 1),
                                       parsed("tag", "json", 2), parsed("none", "json", 3),
                                       parsed("lacking", "json", 4)};
  for (ParserColumn& column : columns) {
    column.source_cell = column.cell;
    column.source_reading = column.reading;
    column.same_reading = true;
  }
  RowParser parser(std::move(columns), RowParser::Use::values_and_digest);
  reader.next();
  Cell cells[5], hashed[5];
  Arena arena;
  Faults faults;
  EXPECT_FALSE(parser.parse(reader, cells, hashed, arena, faults));
  EXPECT_EQ(faults.list, Strings());
  EXPECT_EQ(shown(cells[0]), R"(json {"a":[1]})");
  EXPECT_EQ(hashed[0].tag, Tag::hashed);
  EXPECT_EQ(cells[1].tag, Tag::encoded);
  EXPECT_EQ(cells[1].view(), "[1,2]");
  EXPECT_EQ(hashed[1].tag, Tag::hashed);
  EXPECT_EQ(shown(hashed[2]), R"(json {"$num":"NaN"})");
  EXPECT_EQ(shown(hashed[3]), "null");
  EXPECT_EQ(hashed[4].tag, Tag::absent);
  EXPECT_FALSE(parser.knows_documents());
}

// What a second reading does not check, it must be able to compare.
TEST(RowParser, ReadsDocumentsAgain) {
  const auto read = [](std::string_view text, RowParser::Use use, Strings& shown_cells) {
    json::Reader reader(text);
    RowParser parser({parsed("doc", "jsonb", 0), parsed("other", "json", 1), parsed("n", "bigint", 2)}, use);
    Faults faults;
    reader.next();
    Cell cells[3];
    Arena arena;
    while (reader.peek() == json::Token::begin_object) {
      parser.parse(reader, cells, nullptr, arena, faults);
      for (const Cell& cell : cells) shown_cells.push_back(shown(cell));
    }
    EXPECT_EQ(faults.list, Strings());
    EXPECT_EQ(parser.documents(2), 0U);
    EXPECT_EQ(parser.knows_documents(), use != RowParser::Use::values);
    return std::pair(parser.documents(0), parser.documents(1));
  };
  const std::string text =
      R"([{"doc":{"a":[1,"]"]},"other":[],"n":1}, {"doc" : [ 2 ],"other":"s","n":2}, {"doc":null,"n":3}])";
  Strings values, again, none;
  read(text, RowParser::Use::values, values);
  const auto first = read(text, RowParser::Use::digest, none);
  EXPECT_EQ(read(text, RowParser::Use::again, again), first);
  EXPECT_EQ(again, values);
  EXPECT_EQ(again[0], R"(json {"a":[1,"]"]})");
  for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
           {"[1,", "[2,"}, {"[1,", "[1;"}, {"[ 2 ]", "[2]"}, {"[ 2 ]", "[ 2 }"}, {"null", "{}"}}) {
    std::string changed = text;
    changed.replace(changed.find(from), from.size(), to);
    const auto second = read(changed, RowParser::Use::again, none);
    EXPECT_NE(second.first, first.first) << changed;
    EXPECT_EQ(second.second, first.second) << changed;
  }
}

TEST(RowParser, FaultsDoNotStopIt) {
  RowParser parser(columns());
  Faults faults;
  json::Reader reader(R"([{"id":"x","id":2,"more":[1],"na\"me":{"a":1}},{"id":7,"doc":1}])");
  EXPECT_EQ(parse(reader, parser, 3, faults),
            (std::vector<Strings>{{"null", "null", "-"}, {"7", "-", "json 1"}}));
  EXPECT_EQ(faults.list, (Strings{"id: \"x\" is not an integer", "twice id", "unknown more",
                                  "na\"me: {\"a\":1} is not text"}));
}

TEST(RowParser, Integers) {
  const std::string lowest = std::to_string(std::numeric_limits<std::int64_t>::min());
  RowParser parser({parsed("i", "bigint", 0), parsed("s", "smallint", 1)});
  Faults faults;
  const std::string text = "[{\"i\":" + lowest +
                           ",\"s\":-32768},{\"i\":9223372036854775807,\"s\":32768},{\"i\":-0,\"s\":0}," +
                           "{\"i\":999999999999999999,\"s\":1e0}]";
  json::Reader reader(text);
  EXPECT_EQ(
      parse(reader, parser, 2, faults),
      (std::vector<Strings>{
          {lowest, "-32768"}, {"9223372036854775807", "null"}, {"0", "0"}, {"999999999999999999", "null"}}));
  EXPECT_EQ(faults.list, (Strings{"s: 32768 is out of the column's range", "s: 1e0 is not an integer"}));
}

TEST(RowParser, DynamicColumnsTakeEverything) {
  RowParser parser({parsed("c", "INTEGER", 0, true)});
  Faults faults;
  json::Reader reader(
      R"([{"c":1},{"c":1.0},{"c":"x"},{"c":true},{"c":[1]},{"c":12345678901234567890},{"c":0.10},{"c":"\u0000"}])");
  EXPECT_EQ(parse(reader, parser, 1, faults),
            (std::vector<Strings>{{"1"},
                                  {"real 1.000000"},
                                  {"text x"},
                                  {"true"},
                                  {"json [1]"},
                                  {"number 12345678901234567890"},
                                  {"number 0.10"},
                                  {"tag " + std::to_string(static_cast<int>(Tag::odd_text))}}));
  EXPECT_TRUE(faults.list.empty());
}

}  // namespace
}  // namespace whimbrel
