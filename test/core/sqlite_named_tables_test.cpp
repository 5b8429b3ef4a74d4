#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "common/schema/sqlite/named_tables.h"
#include "common/schema/sqlite/normal_text.h"

namespace whimbrel::sqlite {
namespace {

using Names = std::vector<std::string>;

TEST(SqliteNamedTables, OfSelects) {
  EXPECT_EQ(named_tables("SELECT a, b FROM t"), Names{"t"});
  EXPECT_EQ(
      named_tables("SELECT 1 FROM a x, main.[B c] AS y LEFT JOIN \"d\" ON f(x, z) = y.q, e WHERE a IN g"),
      (Names{"a", "b c", "d", "e", "g"}));
  EXPECT_EQ(named_tables("SELECT (SELECT max(n) FROM t2) FROM (SELECT * FROM t1) s, (a JOIN b USING (x, y))"),
            (Names{"a", "b", "t1", "t2"}));
  EXPECT_EQ(named_tables("SELECT x FROM a UNION ALL SELECT y, z FROM b ORDER BY 1, c"), (Names{"a", "b"}));
}

TEST(SqliteNamedTables, NamesOfWithAreNone) {
  EXPECT_EQ(
      named_tables("WITH w(n) AS (SELECT 1 FROM t), v AS MATERIALIZED (SELECT 2) SELECT * FROM w, v, u"),
      (Names{"t", "u"}));
}

TEST(SqliteNamedTables, OfBodiesOfTriggers) {
  EXPECT_EQ(named_tables("BEGIN INSERT OR IGNORE INTO log SELECT 1; UPDATE OR FAIL s.t SET a = b, c = d; "
                         "DELETE FROM u WHERE x IN (SELECT y FROM w); END"),
            (Names{"log", "t", "u", "w"}));
}

TEST(SqliteNamedTables, ATextThatIsCutOffHasNone) { EXPECT_EQ(named_tables("SELECT 1 FROM (t"), Names{}); }

TEST(SqliteNormalText, OnlyWhatCountsIsLeft) {
  EXPECT_EQ(normal_text("CREATE /* x */ Table \"T\" ( [a b],\n'C' -- d\n)"), "create table t (\"a b\", 'C')");
  EXPECT_EQ(shown_name("Users"), "Users");
  EXPECT_EQ(shown_name("a\"b"), "\"a\"\"b\"");
  EXPECT_EQ(bare_identity("\"a\"\"b\""), "a\"b");
}

}  // namespace
}  // namespace whimbrel::sqlite
