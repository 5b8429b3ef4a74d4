#include "test/core/migration_fixture.h"

namespace whimbrel::fake {
namespace {

using Texts = std::vector<std::string>;

class MigrationRollback : public MigrationTest {
 protected:
  static File file(const std::string& version, const std::string& name) {
    return {version + "_" + name + ".sql",
            "-- migrate:up\n" + name + ";\n-- migrate:down\nundo_" + name + ";\n"};
  }
  void apply_three() { apply({file("1", "a"), file("2", "b"), file("3", "c")}); }
  Texts undone() { return {host.effects().begin() + 3, host.effects().end()}; }
};

TEST_F(MigrationRollback, OneStepFromTheStoredText) {
  apply_three();
  EXPECT_EQ(rollback(), (TextRows{{"3", "c", "rolled_back", "1", "1", "time", "NULL"}}));
  EXPECT_EQ(undone(), Texts({"undo_c"}));
  EXPECT_EQ(host.migrations().size(), 2u);
  EXPECT_EQ(host.log().back().find("action")->second.bytes, "rollback");
}

TEST_F(MigrationRollback, StepsToAndVersion) {
  apply_three();
  EXPECT_EQ(rollback(R"({"steps":2})").size(), 2u);
  EXPECT_EQ(undone(), Texts({"undo_c", "undo_b"}));

  host.state() = FakeHost().state();
  apply_three();
  EXPECT_EQ(rollback(R"({"to":"001"})").size(), 2u);
  EXPECT_EQ(undone(), Texts({"undo_c", "undo_b"}));
  EXPECT_TRUE(rollback(R"({"to":"1"})").empty());

  host.state() = FakeHost().state();
  apply_three();
  rollback(R"({"version":"2"})");
  EXPECT_EQ(undone(), Texts({"undo_b"}));

  host.state() = FakeHost().state();
  apply_three();
  EXPECT_EQ(rollback(R"({"steps":99})").size(), 3u);
  EXPECT_TRUE(rollback().empty());
}

TEST_F(MigrationRollback, TheOrderIsThatOfApplicationNotOfVersions) {
  apply({file("1", "a"), file("2", "b")});
  rollback(R"({"version":"1"})");
  EXPECT_EQ(apply_error({file("1", "a"), file("2", "b")}).code, code::kOutOfOrder);
  // Applied after version 2, as an older release of the file set could do.
  host.execute(
      "INSERT INTO \"ops\".\"schema_migrations\" (version, seq, down_sql) VALUES ('1', 7, 'undo_late')");
  rollback(R"({"steps":2})");
  EXPECT_EQ(undone(), Texts({"undo_late", "undo_b"}));
}

TEST_F(MigrationRollback, ADryRunLeavesEverything) {
  apply_three();
  EXPECT_EQ(rollback(R"({"dry_run":true})")[0][2], "would_roll_back");
  EXPECT_EQ(host.migrations().size(), 3u);
  EXPECT_TRUE(undone().empty());
}

TEST_F(MigrationRollback, WhatCannotBeUndone) {
  apply({file("1", "a"), {"2_b.sql", "B"}, file("3", "c")});
  const Error error = rollback_error(R"({"steps":3})");
  EXPECT_EQ(error.code, code::kNoDown);
  EXPECT_EQ(error.message, "migration \"2_b.sql\" cannot be undone: it has no down part");
  EXPECT_TRUE(undone().empty());
  EXPECT_EQ(rollback_error(R"({"version":"9"})").code, code::kUnknownVersion);
  EXPECT_EQ(rollback_error(R"({"to":"9"})").code, code::kUnknownVersion);
  EXPECT_EQ(rollback_error(R"({"to":"1","steps":1})").code, code::kInvalidOption);
  EXPECT_EQ(rollback_error(R"({"steps":0})").code, code::kInvalidOption);
}

TEST_F(MigrationRollback, AFailureNamesTheDownPart) {
  apply({file("1", "a"), {"2_b.sql", "-- migrate:up\nB;\n-- migrate:down\nX;\nFAIL 42P01 no table\n"}});
  const Error error = rollback_error("{}");
  EXPECT_EQ(error.code, "42P01");
  EXPECT_EQ(error.message, "down part of migration \"2_b.sql\" (migrate_sql('2', 'down')), line 2: no table");
  EXPECT_EQ(host.migrations().size(), 2u);
  EXPECT_EQ(host.effects().size(), 2u);
}

TEST_F(MigrationRollback, ADownThatErasesItsOwnRow) {
  apply({{"1_a.sql",
          "-- migrate:up\nA;\n-- migrate:down\nDELETE FROM schema_migrations WHERE version = '1';"}});
  EXPECT_EQ(rollback().size(), 1u);
  EXPECT_TRUE(host.migrations().empty());
}

TEST_F(MigrationRollback, AppliedAgainAfterwards) {
  apply_three();
  rollback();
  EXPECT_EQ(apply({file("1", "a"), file("2", "b"), file("3", "c")}).size(), 1u);
  EXPECT_EQ(recorded(2, "seq"), "3");
}

}  // namespace
}  // namespace whimbrel::fake
