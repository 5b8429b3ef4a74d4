// What a statement that fills one table from others takes along.
#include "common/migration/row_copy.h"

#include <gtest/gtest.h>

namespace whimbrel {
namespace {

RowCopy copy(std::string_view query) {
  static std::string statement;  // which outlives the copy, until the next one
  statement = "INSERT INTO fresh " + std::string(query);
  return RowCopy(statement, sql::Rules::postgresql);
}

bool takes_all(std::string_view query) { return copy(query).takes_all_rows("t"); }

TEST(RowCopy, TakesAllRowsWhereNothingChooses) {
  for (const char* query :
       {"SELECT * FROM t", "TABLE t", "SELECT a, (SELECT max(a) FROM t LIMIT 1) FROM s.\"t\" AS x ORDER BY a",
        "SELECT sum(a) OVER (), count(*) FILTER (WHERE a > 1) OVER (ORDER BY a) FROM t",
        "SELECT max(a, 1) FROM t",
        "SELECT t.a FROM ONLY t LEFT JOIN o ON o.a = t.a NATURAL LEFT OUTER JOIN p", "SELECT count FROM t"})
    EXPECT_TRUE(takes_all(query)) << query;
}

TEST(RowCopy, LeavesRowsOut) {
  for (const char* query :
       {"SELECT * FROM t WHERE a", "SELECT * FROM t LIMIT 1", "SELECT max(a) FROM t",
        "SELECT 1 + count(*) FROM t", "SELECT string_agg(a, ',' ORDER BY a) FILTER (WHERE true) FROM t",
        "SELECT (sum(a)) FROM t", "SELECT * FROM t JOIN o USING (a)",
        "SELECT * FROM t LEFT JOIN o USING (a) JOIN p USING (a)", "SELECT * FROM o LEFT JOIN t USING (a)",
        "SELECT * FROM t RIGHT JOIN o USING (a)", "SELECT * FROM t, o", "SELECT a FROM t GROUP BY a",
        "SELECT DISTINCT a FROM t", "SELECT * FROM t UNION SELECT 1", "VALUES (1)"})
    EXPECT_FALSE(takes_all(query)) << query;
}

TEST(RowCopy, Pieces) {
  const auto piece = copy("SELECT a FROM s.t AS x WHERE x.a IN (1, 2) AND (b OR NOT (c)) ORDER BY a").piece();
  ASSERT_TRUE(piece);
  EXPECT_EQ(piece->source, "s.t AS x");
  EXPECT_EQ(piece->condition, "x.a IN (1, 2) AND (b OR NOT (c))");
  EXPECT_EQ(copy("SELECT a FROM t WHERE a > 1").piece()->condition, "a > 1");
  for (const char* query :
       {"SELECT a FROM t", "SELECT a FROM t WHERE draw(a)", "SELECT a FROM t WHERE a = 1 LIMIT 1",
        "SELECT a FROM t, o WHERE a", "SELECT max(a) FROM t WHERE a > 1",
        "SELECT DISTINCT a FROM t WHERE a > 1", "SELECT a FROM f(1) WHERE a > 1",
        "SELECT a FROM t WHERE a IN (SELECT 1)", "SELECT a FROM t JOIN o USING (a) WHERE a > 1", "TABLE t",
        "SELECT a FROM t WHERE a > 1 ON CONFLICT DO NOTHING"})
    EXPECT_FALSE(copy(query).piece()) << query;
}

}  // namespace
}  // namespace whimbrel
