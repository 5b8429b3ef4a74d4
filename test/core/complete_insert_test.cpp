#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "common/complete/insert_reader.h"
#include "common/complete/literal_writer.h"

namespace whimbrel {
namespace {

using LiteralForm = LiteralWriter::Form;

Schema schema_of(std::vector<Kind> kinds, const std::string& schema_name = "public") {
  Schema schema;
  Table table;
  table.schema = schema_name;
  table.name = "a \"t\"";
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    Column column;
    column.name = "c" + std::to_string(i);
    column.kind = kinds[i];
    table.columns.push_back(column);
  }
  schema.tables.push_back(table);
  return schema;
}

std::string literal(SqlEngine engine, const Cell& cell, LiteralForm form = LiteralForm::plain) {
  json::Buffer out;
  LiteralWriter(engine, {{0, form}}).write_row(out, &cell);
  return std::string(out.view().substr(1, out.size() - 2));
}

std::string literal(const Cell& cell) { return literal(SqlEngine::postgresql, cell); }

TEST(Literals, OfPostgresql) {
  EXPECT_EQ(literal(Cell()), "NULL");
  EXPECT_EQ(literal(Cell::boolean(true)), "true");
  EXPECT_EQ(literal(Cell::integer_of(std::numeric_limits<std::int64_t>::min())), "-9223372036854775808");
  EXPECT_EQ(literal(Cell::real_of(0.1)), "0.1");
  EXPECT_EQ(literal(Cell::real_of(-0.0)), "'-0'");
  EXPECT_EQ(literal(Cell::real_of(-HUGE_VAL)), "'-Infinity'");
  EXPECT_EQ(literal(Cell::of(Tag::number, "1.50")), "1.50");
  EXPECT_EQ(literal(Cell::of(Tag::number, "NaN")), "'NaN'");
  EXPECT_EQ(literal(Cell::text("it''s\\")), "'it''''s\\'");
  EXPECT_EQ(literal(Cell::text("'")), "''''");
  EXPECT_EQ(literal(Cell::of(Tag::bytes, std::string_view("\0\xff", 2))), "'\\x00ff'");
  EXPECT_EQ(literal(Cell::of(Tag::timestamptz, std::int64_t{0})), "'2000-01-01 00:00:00+00'");
  EXPECT_EQ(literal(Cell::of(Tag::timestamp, kInfinity)), "'infinity'");
  EXPECT_EQ(literal(SqlEngine::postgresql, Cell::text("0101"), LiteralForm::bits), "B'0101'");
  EXPECT_EQ(literal(SqlEngine::postgresql, Cell::text("\\344"), LiteralForm::single_char),
            "CAST(-28 AS \"char\")");
  EXPECT_EQ(literal(SqlEngine::postgresql, Cell::text("a"), LiteralForm::single_char), "'a'");
}

TEST(Literals, OfSqlite) {
  const auto sqlite = [](const Cell& cell) { return literal(SqlEngine::sqlite, cell); };
  EXPECT_EQ(sqlite(Cell::boolean(true)), "1");
  EXPECT_EQ(sqlite(Cell::real_of(1)), "1.0");
  EXPECT_EQ(sqlite(Cell::real_of(HUGE_VAL)), "1e999");
  EXPECT_EQ(sqlite(Cell::of(Tag::bytes, "ab")), "x'6162'");
  EXPECT_EQ(sqlite(Cell::of(Tag::odd_text, std::string_view("a\0b", 3))), "('a' || char(0) || 'b')");
  EXPECT_EQ(sqlite(Cell::of(Tag::odd_text, "\xff")), "CAST(x'ff' AS TEXT)");
  EXPECT_EQ(sqlite(Cell::text("a\r\n\r\nb\r'")), "replace('a\\r\n\\r\nb\r''','\\r',char(13))");
  EXPECT_EQ(sqlite(Cell::text("\\r\r\n")), "replace('\\r\\r1\n','\\r1',char(13))");
  EXPECT_EQ(literal(SqlEngine::postgresql, Cell::text("a\r\n")), "'a\r\n'");
}

class Reading : public ::testing::Test {
 protected:
  // The rows of one statement, as what their cells are; nullopt when it is not recognised.
  bool read(SqlEngine engine, const Schema& schema, const std::string& statement) {
    statement_ = statement;
    InsertReader reader(engine, schema);
    return reader.read_head(statement_) && reader.read_rows(statement_, cells_, arena_);
  }
  bool value(Kind kind, const std::string& text) {
    return read(SqlEngine::postgresql, schema_of({kind}),
                "INSERT INTO \"public\".\"a \"\"t\"\"\" (\"c0\") VALUES\n(" + text + ");");
  }
  bool sqlite_value(const std::string& text) {
    return read(SqlEngine::sqlite, schema_of({Kind::any}, "main"),
                "INSERT INTO \"a \"\"t\"\"\" (\"c0\") VALUES\n(" + text + ");");
  }

  std::string statement_;
  std::vector<Cell> cells_;
  Arena arena_;
};

TEST_F(Reading, RowsOfAStatement) {
  const Schema schema = schema_of({Kind::integer, Kind::text});
  const std::string head = "INSERT INTO \"public\".\"a \"\"t\"\"\" (\"c1\", \"c0\") VALUES\n";
  ASSERT_TRUE(read(SqlEngine::postgresql, schema, head + "('it''s '''' ', 1),\n(NULL, -2),\n('),\n(', 3);"));
  ASSERT_EQ(cells_.size(), 6U);
  EXPECT_EQ(cells_[0].view(), "it's '' ");
  EXPECT_EQ(cells_[1].integer, 1);
  EXPECT_TRUE(cells_[2].is_null());
  EXPECT_EQ(cells_[3].integer, -2);
  EXPECT_EQ(cells_[4].view(), "),\n(");
  for (const char* other :
       {"('a', 1)", "('a', 1),;", "('a', 1),\n;", "('a',1);", "('a', 1, 2);", "('a');", "('a', 1+1);",
        "('a', 1) ON CONFLICT DO NOTHING;", "('a', 1); ", "(E'a', 1);", "('a, 1);", "(", ""})
    EXPECT_FALSE(read(SqlEngine::postgresql, schema, head + other)) << other;
  EXPECT_FALSE(read(SqlEngine::postgresql, schema,
                    "INSERT INTO \"public\".\"a \"\"t\"\"\" (\"c1\", \"c1\") VALUES\n('a', 'a');"));
  EXPECT_FALSE(
      read(SqlEngine::postgresql, schema, "INSERT INTO \"public\".\"other\" (\"c1\") VALUES\n('a');"));
  EXPECT_FALSE(
      read(SqlEngine::postgresql, schema,
           "INSERT INTO \"public\".\"a \"\"t\"\"\" (\"c1\") OVERRIDING SYSTEM VALUE VALUES\n('a');"));
}

TEST_F(Reading, ValuesOfPostgresql) {
  ASSERT_TRUE(value(Kind::boolean, "true"));
  EXPECT_EQ(cells_[0].tag, Tag::boolean);
  EXPECT_FALSE(value(Kind::text, "true"));
  EXPECT_FALSE(value(Kind::integer, "9223372036854775808"));
  EXPECT_FALSE(value(Kind::integer, "1.5"));
  EXPECT_FALSE(value(Kind::text, "1"));
  ASSERT_TRUE(value(Kind::numeric, "1.50"));
  EXPECT_EQ(cells_[0].tag, Tag::number);
  EXPECT_FALSE(value(Kind::numeric, ".5"));
  EXPECT_FALSE(value(Kind::numeric, "007"));
  ASSERT_TRUE(value(Kind::real, "5e-324"));
  EXPECT_EQ(cells_[0].real, 5e-324);
  ASSERT_TRUE(value(Kind::real, "'-0'"));
  EXPECT_EQ(cells_[0].tag, Tag::text);
  ASSERT_TRUE(value(Kind::bytes, "'\\x00fF'"));
  EXPECT_EQ(cells_[0].view(), std::string_view("\0\xff", 2));
  ASSERT_TRUE(value(Kind::bytes, "'\\x0'"));
  EXPECT_EQ(cells_[0].tag, Tag::text);  // the type says what is wrong
  ASSERT_TRUE(value(Kind::timestamptz, "'2000-01-01 00:00:01+00'"));
  EXPECT_EQ(cells_[0].integer, 1'000'000);
  ASSERT_TRUE(value(Kind::timestamptz, "'2000-01-01 00:00:01'"));
  EXPECT_EQ(cells_[0].tag, Tag::text);  // what it means is up to the session
  ASSERT_TRUE(value(Kind::other, "B'01'"));
  EXPECT_EQ(cells_[0].view(), "01");
}

TEST_F(Reading, ValuesOfSqlite) {
  ASSERT_TRUE(sqlite_value("-9223372036854775808"));
  EXPECT_EQ(cells_[0].tag, Tag::integer);
  EXPECT_FALSE(sqlite_value("9223372036854775808"));
  ASSERT_TRUE(sqlite_value("1.0"));
  EXPECT_EQ(cells_[0].tag, Tag::real);
  ASSERT_TRUE(sqlite_value("-1e999"));
  EXPECT_EQ(cells_[0].real, -HUGE_VAL);
  ASSERT_TRUE(sqlite_value("x'6100'"));
  EXPECT_EQ(cells_[0].view(), std::string_view("a\0", 2));
  ASSERT_TRUE(sqlite_value("CAST(x'ff' AS TEXT)"));
  EXPECT_EQ(cells_[0].tag, Tag::odd_text);
  EXPECT_FALSE(sqlite_value("('a' || char(0) || 'b')"));
  for (const std::string text : {"a\r\n\r\nb\r'", "\r\n", "\\r\\r1\r\n"}) {
    ASSERT_TRUE(sqlite_value(literal(SqlEngine::sqlite, Cell::text(text))));
    EXPECT_EQ(cells_[0].view(), text);
  }
  EXPECT_FALSE(sqlite_value("replace('a','',char(13))"));
  EXPECT_FALSE(sqlite_value("true"));
}

}  // namespace
}  // namespace whimbrel
