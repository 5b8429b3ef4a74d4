// What decides whether and when a migration runs: environments, requirements, repetition, order, variables.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "common/migration/variables.h"
#include "test/core/migration_fixture.h"

namespace whimbrel::fake {
namespace {

using Texts = std::vector<std::string>;
using MigrationPlan = MigrationTest;

TEST_F(MigrationPlan, EnvironmentsLeaveOutWhatIsNotForThem) {
  const std::vector<File> files = {{"1_a.sql", "A"}, {"2_b.sql", "-- migrate:up env:dev,staging\nB"}};
  EXPECT_EQ(apply(files).size(), 1u);
  EXPECT_EQ(host.effects(), Texts({"A"}));
  EXPECT_EQ(status(files).at(1).at(2), "skipped");
  EXPECT_EQ(status(files).at(1).at(7), "for the environment dev, staging");
  EXPECT_EQ(apply(files, R"({"env":["prod","staging"]})").size(), 1u);
  EXPECT_EQ(host.effects(), Texts({"A", "B"}));
  EXPECT_EQ(status(files).at(1).at(2), "applied");
}

TEST_F(MigrationPlan, RequirementsMustComeBefore) {
  const File first = {"001_base.sql", "A"};
  for (const std::string required : {"1", "001", "base", "001_base", "001_base.sql"}) {
    const File second = {"2_b.sql", "-- migrate:up requires:" + required + "\nB"};
    EXPECT_EQ(apply_error({second}).code, code::kRequirement) << required;
    EXPECT_EQ(apply({first, second}, R"({"dry_run":true})").size(), 2u) << required;
  }
  const std::vector<File> later = {{"1_a.sql", "-- migrate:up requires:2\nA"}, {"2_b.sql", "B"}};
  EXPECT_EQ(apply_error(later).message, "migration \"1_a.sql\" requires \"2\", which is not applied");
  apply({first});
  EXPECT_EQ(apply({first, {"2_b.sql", "-- migrate:up requires:base\nB"}}).size(), 1u);
}

TEST_F(MigrationPlan, RepeatablesRunLastAndAgainWhenTheyChange) {
  std::vector<File> files = {{"1_view.sql", "-- migrate:up repeat:on-change\nV1"}, {"2_b.sql", "B"}};
  EXPECT_EQ(apply(files).size(), 2u);
  EXPECT_EQ(host.effects(), Texts({"B", "V1"}));
  EXPECT_TRUE(apply(files).empty());
  files[0].sql += " -- only a comment";
  EXPECT_TRUE(apply(files).empty());
  files[0].sql = "-- migrate:up repeat:on-change\nV2";
  EXPECT_EQ(status(files).at(0).at(2), "repeatable");
  files.push_back({"3_c.sql", "C"});
  EXPECT_EQ(apply(files, R"({"target":"2"})").size(), 0u);  // a versioned one stays behind
  EXPECT_EQ(apply(files).size(), 2u);
  EXPECT_EQ(host.effects(), Texts({"B", "V1", "C", "V2"}));
  EXPECT_EQ(status(files).at(0).at(2), "applied");
}

TEST_F(MigrationPlan, OutOfOrderIsRefusedOrAllowed) {
  apply({{"2_b.sql", "B"}});
  const std::vector<File> files = {{"1_a.sql", "A"}, {"2_b.sql", "B"}};
  EXPECT_EQ(apply_error(files).code, code::kOutOfOrder);
  EXPECT_EQ(apply_error(files, R"({"out_of_order":"error"})").code, code::kOutOfOrder);
  EXPECT_EQ(apply(files, R"({"out_of_order":"allow"})").size(), 1u);
  EXPECT_EQ(rollback_error("{}").message, "migration \"1_a.sql\" cannot be undone: it has no down part");
}

TEST_F(MigrationPlan, VariablesAreReplacedOnlyWhereTheyAreGiven) {
  const std::vector<File> files = {
      {"1_a.sql", "-- migrate:up\nA ${who} $${who};\n-- migrate:down\nB ${who}"}};
  EXPECT_EQ(apply(files, R"({"dry_run":true})").size(), 1u);
  const Error error = apply_error(files, R"({"vars":{"whom":"x"}})");
  EXPECT_EQ(error.code, code::kUnknownVariable);
  EXPECT_EQ(error.message, "migration \"1_a.sql\", line 2: unknown variable \"who\"");
  apply(files, R"({"vars":{"who":"me"}})");
  EXPECT_EQ(host.effects(), Texts({"A me ${who}"}));
  EXPECT_EQ(recorded(0, "down_sql"), "B me");
  EXPECT_EQ(status(files).at(0).at(2), "applied");
}

TEST_F(MigrationPlan, ReplacingVariables) {
  const Variables variables = {{"a", "1"}, {"b.c", "${a}"}};
  EXPECT_EQ(replace_variables("m", "${a}${b.c} $a ${} ${a ${x y} '${a}' $", variables),
            "1${a} $a ${} ${a ${x y} '1' $");
  EXPECT_EQ(replace_variables("m", "$${a}$${nobody}", variables), "${a}${nobody}");
}

TEST_F(MigrationPlan, WithoutATransactionIsNotForApply) {
  EXPECT_EQ(apply_error({{"1_a.sql", "-- migrate:up transaction:false\nA"}}).code, code::kNeedsNoTransaction);
  EXPECT_TRUE(host.effects().empty());
}

}  // namespace
}  // namespace whimbrel::fake
