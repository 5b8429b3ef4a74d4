#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "common/sql/lexer.h"

namespace whimbrel::sql {
namespace {

// The tokens that are neither white space nor comment, as texts.
std::vector<std::string> code_of(std::string_view text, Rules rules = Rules::postgresql) {
  std::vector<std::string> tokens;
  Lexer lexer(text, rules);
  for (Token token = lexer.next_code(); token.kind != TokenKind::end; token = lexer.next_code())
    tokens.emplace_back(token.text);
  return tokens;
}

std::vector<TokenKind> kinds_of(std::string_view text, Rules rules = Rules::postgresql) {
  std::vector<TokenKind> kinds;
  Lexer lexer(text, rules);
  for (Token token = lexer.next(); token.kind != TokenKind::end; token = lexer.next())
    kinds.push_back(token.kind);
  return kinds;
}

Token first_of(std::string_view text, Rules rules = Rules::postgresql) { return Lexer(text, rules).next(); }

using Texts = std::vector<std::string>;

TEST(SqlLexer, EveryByteBelongsToOneToken) {
  const std::string_view text =
      "\xEF\xBB\xBFSELECT E'a\\'b', $x$ ; $x$ -- end\r\n/* /* */ */ \"q\"\"\" 1.5e3 \\echo x\nCOPY t FROM "
      "stdin;\n1\n\\.\nx";
  for (const Rules rules : {Rules::postgresql, Rules::sqlite}) {
    Lexer lexer(text, rules);
    std::size_t at = 0;
    for (Token token = lexer.next(); token.kind != TokenKind::end; token = lexer.next()) {
      EXPECT_EQ(token.offset, at);
      EXPECT_GT(token.length(), 0u);
      at = token.end();
    }
    EXPECT_EQ(at, text.size());
  }
}

TEST(SqlLexer, EndComesAgainAndAgain) {
  Lexer lexer("a");
  EXPECT_EQ(lexer.next().kind, TokenKind::word);
  EXPECT_EQ(lexer.next().kind, TokenKind::end);
  EXPECT_EQ(lexer.next().kind, TokenKind::end);
}

TEST(SqlLexer, CommentsNestInPostgresqlOnly) {
  EXPECT_EQ(code_of("/* a /* b */ c */ d"), Texts({"d"}));
  EXPECT_EQ(code_of("/* a /* b */ c */ d", Rules::sqlite), Texts({"c", "*", "/", "d"}));
  EXPECT_EQ(code_of("-- a ' b\nc"), Texts({"c"}));
  EXPECT_FALSE(first_of("/* a /* b */").closed);
}

TEST(SqlLexer, Strings) {
  EXPECT_EQ(code_of("'it''s' x"), Texts({"'it''s'", "x"}));
  EXPECT_EQ(code_of("'a\\' x"), Texts({"'a\\'", "x"}));
  EXPECT_EQ(code_of("E'a\\'b' x"), Texts({"E'a\\'b'", "x"}));
  EXPECT_EQ(code_of("e'a'\n  'b\\'c' x"), Texts({"e'a'\n  'b\\'c'", "x"}));
  EXPECT_EQ(code_of("E'a' 'b' x"), Texts({"E'a'", "'b'", "x"}));
  EXPECT_EQ(code_of("x'0f' B'01' N'n' U&'\\0041' x"), Texts({"x'0f'", "B'01'", "N'n'", "U&'\\0041'", "x"}));
  EXPECT_EQ(code_of("E'\\' x", Rules::sqlite), Texts({"E", "'\\'", "x"}));
  EXPECT_FALSE(first_of("'open").closed);
  EXPECT_FALSE(first_of("E'open\\").closed);
}

TEST(SqlLexer, DollarQuotes) {
  EXPECT_EQ(code_of("$$ a ; ' $$ x"), Texts({"$$ a ; ' $$", "x"}));
  EXPECT_EQ(code_of("$f$ $$ $g$ $f$ x"), Texts({"$f$ $$ $g$ $f$", "x"}));
  EXPECT_EQ(code_of("$1 a$b$ $"), Texts({"$1", "a$b$", "$"}));
  EXPECT_EQ(code_of("$größe$ ; $größe$"), Texts({"$größe$ ; $größe$"}));
  EXPECT_FALSE(first_of("$a$ $b$").closed);
  EXPECT_EQ(code_of("$name;", Rules::sqlite), Texts({"$name", ";"}));
}

TEST(SqlLexer, QuotedIdentifiers) {
  EXPECT_EQ(code_of("\"a\"\"b\" U&\"c\""), Texts({"\"a\"\"b\"", "U&\"c\""}));
  EXPECT_EQ(code_of("[a b] `c``d`", Rules::sqlite), Texts({"[a b]", "`c``d`"}));
  EXPECT_EQ(code_of("a[1]"), Texts({"a", "[", "1", "]"}));
}

TEST(SqlLexer, Numbers) {
  EXPECT_EQ(code_of("1 1.5 .5 1e-3 0xff 1_000 1..2 1e"),
            Texts({"1", "1.5", ".5", "1e-3", "0xff", "1_000", "1", ".", ".2", "1", "e"}));
}

TEST(SqlLexer, Operators) {
  EXPECT_EQ(code_of("a->>'b'"), Texts({"a", "->>", "'b'"}));
  EXPECT_EQ(code_of("a::int<=-1"), Texts({"a", "::", "int", "<=", "-", "1"}));
  EXPECT_EQ(code_of("a @-1"), Texts({"a", "@-", "1"}));
  EXPECT_EQ(code_of("a+--b\nc"), Texts({"a", "+", "c"}));
  EXPECT_EQ(code_of("a||b<>c == :p ?1", Rules::sqlite), Texts({"a", "||", "b", "<>", "c", "==", ":p", "?1"}));
}

TEST(SqlLexer, ClientCommands) {
  const auto has_command = [](std::string_view text, Rules rules = Rules::postgresql) {
    for (const TokenKind kind : kinds_of(text, rules))
      if (kind == TokenKind::client_command) return true;
    return false;
  };
  EXPECT_TRUE(has_command("\\connect app\n"));
  EXPECT_TRUE(has_command("select 1 \\gexec\n"));
  EXPECT_TRUE(has_command("select 1;\n  .read x.sql", Rules::sqlite));
  EXPECT_TRUE(has_command(".read x.sql"));
  EXPECT_FALSE(has_command("select '\n\\connect', $$\n\\i x\n$$, \"\n\\i\";"));
  EXPECT_FALSE(has_command("/*\n\\i x\n*/ -- \\i x"));
  EXPECT_FALSE(has_command("select a\n.b from a"));
  EXPECT_FALSE(has_command("select 1;\n.5"));
}

TEST(SqlLexer, CopyData) {
  const std::string_view text =
      "COPY t (a, b) FROM STDIN WITH (FORMAT text); -- rows\n1\t'x\n-- migrate:down\n\\.\nSELECT 1";
  Lexer lexer(text);
  Token token = lexer.next();
  while (token.kind != TokenKind::copy_data && token.kind != TokenKind::end) token = lexer.next();
  EXPECT_EQ(token.text, "1\t'x\n-- migrate:down\n\\.\n");
  EXPECT_TRUE(token.closed);
  EXPECT_EQ(lexer.next_code().text, "SELECT");

  EXPECT_EQ(code_of("copy t from stdin;\r\na\r\n\\.\r\nb").back(), "b");
  EXPECT_EQ(code_of("copy t from stdin;\n\\.\nb"), Texts({"copy", "t", "from", "stdin", ";", "\\.\n", "b"}));
  EXPECT_EQ(code_of("copy t from stdin;\nopen").back(), "open");
}

TEST(SqlLexer, OtherCopiesHaveNoData) {
  for (const std::string_view text :
       {"copy (select 1 from stdin) to stdout;\nx y", "copy t from 'stdin';\nx y",
        "select copy from stdin;\nx y", "copy t from stdin; select 1;\nx y"}) {
    for (const TokenKind kind : kinds_of(text)) EXPECT_NE(kind, TokenKind::copy_data) << text;
  }
}

TEST(SqlLexer, RulesCanChangeOnTheWay) {
  Lexer lexer("$$ a' $$ [it's]", Rules::postgresql);
  EXPECT_EQ(lexer.next().text, "$$ a' $$");
  lexer.switch_rules(Rules::sqlite);
  EXPECT_EQ(lexer.next_code().text, "[it's]");
}

TEST(SqlLexer, Positions) {
  const std::string_view text = "a\nbä c\n";
  EXPECT_EQ(position_at(text, 0).line, 1u);
  EXPECT_EQ(position_at(text, 6).line, 2u);
  EXPECT_EQ(position_at(text, 6).column, 4u);  // ä is one character
  EXPECT_EQ(position_at("\xEF\xBB\xBFx", 3).column, 1u);
  EXPECT_EQ(offset_of_character("bä c", 4), 4u);
  EXPECT_EQ(offset_of_character("ab", 9), 2u);
}

}  // namespace
}  // namespace whimbrel::sql
