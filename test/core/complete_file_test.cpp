#include "common/complete/complete_file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "common/complete/statement_stream.h"
#include "common/error.h"

namespace whimbrel {
namespace {

using Item = StatementStream::Item;

class Statements : public ::testing::Test {
 protected:
  // What the stream finds, one after the other; a comment has # in front.
  std::vector<std::string> split(const std::string& text, sql::Rules rules = sql::Rules::postgresql) {
    char path[] = "/tmp/whimbrel-stream-XXXXXX";
    ::close(::mkstemp(path));
    std::ofstream(path) << text;
    std::vector<std::string> found;
    {
      const File file(path);
      StatementStream stream(file, rules);
      std::uint64_t seen = 0;
      std::ptrdiff_t line = 1;
      for (; stream.peek().kind != Item::Kind::end; stream.take()) {
        const Item& item = stream.peek();
        EXPECT_EQ(text.substr(static_cast<std::size_t>(item.offset), item.text.size()), item.text);
        const auto begin = text.begin() + static_cast<std::ptrdiff_t>(seen);
        line += std::count(begin, text.begin() + static_cast<std::ptrdiff_t>(item.offset), '\n');
        seen = item.offset;
        EXPECT_EQ(static_cast<std::size_t>(line), item.line);
        found.push_back((item.kind == Item::Kind::comment ? "#"
                         : item.closed                    ? ""
                                                          : "?") +
                        std::string(item.text));
      }
    }
    ::unlink(path);
    return found;
  }
};

using List = std::vector<std::string>;

TEST_F(Statements, EndAtTheirSemicolons) {
  EXPECT_EQ(split("  a;\n-- x;y\nb 'c;''d' \"e;\"\"f\" ;g"),
            (List{"a;", "#-- x;y", "b 'c;''d' \"e;\"\"f\" ;", "?g"}));
  EXPECT_EQ(split(""), List{});
  EXPECT_EQ(split("a -- ;\n;"), List{"a -- ;\n;"});
  EXPECT_EQ(split("a /* ; /* ; */ ; */ - / ;"), List{"a /* ; /* ; */ ; */ - / ;"});
  EXPECT_EQ(split("a /* ; /* */ ;", sql::Rules::sqlite), List{"a /* ; /* */ ;"});
  EXPECT_EQ(split("$a$ ; $b$ $a$; $1; a$b$;"), (List{"$a$ ; $b$ $a$;", "$1;", "a$b$;"}));
  EXPECT_EQ(split("E'\\';' ; 'x\\';"), (List{"E'\\';' ;", "'x\\';"}));
  EXPECT_EQ(split("[a;b] `c;d` ;", sql::Rules::sqlite), List{"[a;b] `c;d` ;"});
  EXPECT_EQ(split("'a;"), List{"?'a;"});
}

TEST_F(Statements, LongerThanAnyWindow) {
  const std::string text = "'" + std::string(5 << 20, ';') + "'";
  EXPECT_EQ(split(text + ";" + text + ";"), (List{text + ";", text + ";"}));
  std::string many;
  List expected;
  for (int i = 0; i < 100'000; ++i) {
    many += "INSERT 'it''s " + std::to_string(i) + "';\n";
    expected.push_back("INSERT 'it''s " + std::to_string(i) + "';");
  }
  EXPECT_EQ(split(many).size(), expected.size());
}

TEST(CompleteFile, Lines) {
  using complete_file::DigestLine, complete_file::Half, complete_file::digest_line,
      complete_file::read_digest_line, complete_file::read_end_line, complete_file::end_line,
      complete_file::read_first_line, complete_file::first_line, complete_file::is_timestamp;
  const DigestLine line{"a b", "x\n-- y;%é", 7, {1, ~std::uint64_t{0}}};
  const std::string text = digest_line(line);
  EXPECT_EQ(text.find('\n'), std::string::npos);
  const auto read = read_digest_line(text);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->schema, line.schema);
  EXPECT_EQ(read->table, line.table);
  EXPECT_EQ(read->rows, 7U);
  EXPECT_EQ(read->digest, line.digest);
  EXPECT_FALSE(read_digest_line(text.substr(0, text.size() - 1)));
  EXPECT_FALSE(read_digest_line("-- whimbrel:digest x 1 a b"));
  EXPECT_EQ(read_end_line(end_line({3, 4}))->rows, 4U);
  EXPECT_FALSE(read_end_line("-- whimbrel:end 3"));
  const auto first = read_first_line(first_line(Half::data, {"sqlite", true}), Half::data);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->engine, "sqlite");
  EXPECT_TRUE(first->alone);
  EXPECT_FALSE(read_first_line(first_line(Half::data, {"sqlite", true}), Half::schema));
  EXPECT_FALSE(read_first_line("-- PostgreSQL database dump", Half::schema));
  EXPECT_THROW(read_first_line("-- whimbrel:data 2 sqlite pair", Half::data), Error);
  EXPECT_TRUE(is_timestamp("20261121T120000Z"));
  EXPECT_FALSE(is_timestamp("20261121T12000Z"));
  EXPECT_FALSE(is_timestamp("../261121T120000Z"));
}

}  // namespace
}  // namespace whimbrel
