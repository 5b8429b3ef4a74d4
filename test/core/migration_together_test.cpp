#include <algorithm>

#include "test/core/migration_fixture.h"

namespace whimbrel::fake {
namespace {

using Texts = std::vector<std::string>;

// Many migrations that run as parts of one savepoint.
class MigrationTogether : public MigrationTest {
 protected:
  // 1 to `count`, which run E1, E2, …
  static std::vector<File> files(int count) {
    std::vector<File> all;
    for (int i = 1; i <= count; ++i) all.push_back({std::to_string(i) + "_x.sql", "E" + std::to_string(i)});
    return all;
  }
  static Texts effects(int count) {
    Texts all;
    for (int i = 1; i <= count; ++i) all.push_back("E" + std::to_string(i));
    return all;
  }
};

TEST_F(MigrationTogether, FewHaveASavepointEach) {
  apply(files(7));
  EXPECT_EQ(host.parts, 0u);
  EXPECT_EQ(host.effects(), effects(7));
}

TEST_F(MigrationTogether, ManyAreParts) {
  const TextRows rows = apply(files(250));
  EXPECT_EQ(host.parts, 250u);
  EXPECT_EQ(host.effects(), effects(250));
  ASSERT_EQ(rows.size(), 250u);
  EXPECT_EQ(rows[249], (Texts{"250", "x", "applied", "1", "1", "time", "NULL"}));
  EXPECT_EQ(recorded(249, "seq"), "250");
}

TEST_F(MigrationTogether, WhatOneHasToWaitForIsWaitedForOneByOne) {
  std::vector<File> all = files(210);
  all[49].sql = "E50;WAIT";
  const TextRows rows = apply(all);
  EXPECT_EQ(host.parts, 60u);  // the first 50 and, after the first 200, the last ten
  EXPECT_EQ(host.put_back, 1u);
  Texts expected = effects(210);
  expected.insert(expected.begin() + 50, "WAIT");
  EXPECT_EQ(host.effects(), expected);
  ASSERT_EQ(rows.size(), 210u);
  EXPECT_EQ(host.migrations().size(), 210u);
  EXPECT_EQ(host.log().size(), 210u);
  EXPECT_EQ(recorded(209, "seq"), "210");
}

TEST_F(MigrationTogether, ACancelBeforeTheyRunAgainEndsTheCall) {
  std::vector<File> all = files(20);
  all[3].sql = "WAIT";
  host.cancelled_at_put_back = true;
  EXPECT_EQ(apply_error(all).code, "57014");
  EXPECT_TRUE(host.effects().empty());
  EXPECT_TRUE(host.migrations().empty());
}

TEST_F(MigrationTogether, WhatMayLeaveATraceHasASavepointOfItsOwn) {
  std::vector<File> all = files(30);
  all[9].sql = "E10;CALL OUTSIDE";
  all[14].sql = "-- migrate:up\nE15 OUTSIDE";
  apply(all);
  EXPECT_EQ(host.parts, 9u + 15u);  // four stand between the two
  EXPECT_EQ(host.migrations().size(), 30u);
}

TEST_F(MigrationTogether, OneThatLooksAtTheHistoryFindsThoseBefore) {
  std::vector<File> all = files(20);
  all[9].sql = "INSERT INTO schema_migrations (version) VALUES ('10')";
  apply(all);
  EXPECT_EQ(host.parts, 19u);
  EXPECT_EQ(host.migrations().size(), 20u);
}

TEST_F(MigrationTogether, AFailureNamesItsMigrationAndLeavesNothing) {
  std::vector<File> all = files(20);
  all[14].sql = "E15;\nFAIL 42P01 no table";
  const Error error = apply_error(all);
  EXPECT_EQ(error.code, "42P01");
  EXPECT_EQ(error.message, "migration \"15_x.sql\", line 2: no table");
  EXPECT_TRUE(host.effects().empty());
  EXPECT_TRUE(host.migrations().empty());
}

TEST_F(MigrationTogether, WhatIsKeptBeforeAFailureHasSavepoints) {
  std::vector<File> all = files(20);
  all[14].sql = "FAIL 42P01 no table";
  EXPECT_EQ(apply(all, R"({"on_error":"stop"})").size(), 15u);
  EXPECT_EQ(host.parts, 0u);
  EXPECT_EQ(host.effects(), effects(14));
}

TEST_F(MigrationTogether, ASavepointThatIsGoneIsReportedAsSuch) {
  std::vector<File> all = files(20);
  all[14].sql = "BREAK";
  const Error error = apply_error(all);
  EXPECT_EQ(error.message, "a statement ended the transaction");
  EXPECT_EQ(error.detail, "It happened after this error: migration \"15_x.sql\", line 1: constraint failed.");
}

TEST_F(MigrationTogether, ADryRunLeavesNothing) {
  std::vector<File> all = files(20);
  all[3].sql = "WAIT";
  EXPECT_EQ(apply(all, R"({"dry_run":true})").size(), 20u);
  EXPECT_EQ(host.parts, 4u);
  EXPECT_TRUE(host.effects().empty());
}

}  // namespace
}  // namespace whimbrel::fake
