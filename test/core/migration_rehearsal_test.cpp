#include <gtest/gtest.h>

#include "test/core/migration_fixture.h"

namespace whimbrel::fake {
namespace {

class MigrationRehearsal : public MigrationTest {
 protected:
  TextRows validate(const std::vector<File>& files, std::string_view options) {
    const std::string source = json_source(files);
    return call("migrate_validate", {Cell::text(source), Cell::text(options)});
  }
  TextRows plan(const std::vector<File>& files) {
    const std::string source = json_source(files);
    return call("migrate_plan", {Cell::text(source)});
  }
};

TEST_F(MigrationRehearsal, FactsStandBehindTheMigrations) {
  host.observes = true;
  const TextRows rows = apply({{"1_a.sql", "CREATE table t; CREATE view v"}}, R"({"dry_run":true})");
  EXPECT_EQ(rows, (TextRows{{"1", "a", "would_apply", "2", "2", "time", "NULL"},
                            {"NULL", "t", "rows", "NULL", "2", "NULL", "NULL"},
                            {"NULL", "table t", "created", "NULL", "NULL", "NULL", "NULL"},
                            {"NULL", "view v", "created", "NULL", "NULL", "NULL", "NULL"},
                            {"NULL", "t", "lock", "NULL", "NULL", "NULL", "NULL", "ExclusiveLock"}}));
  EXPECT_TRUE(host.effects().empty());
  EXPECT_EQ(host.put_back, 1u);
}

TEST_F(MigrationRehearsal, AlteredAndDroppedObjects) {
  apply({{"1_a.sql", "CREATE table t; CREATE view v"}});
  const TextRows rows =
      apply({{"1_a.sql", "CREATE table t; CREATE view v"}, {"2_b.sql", "ALTER view v more; DROP table t"}},
            R"({"dry_run":true})");
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[1][2] + " " + rows[1][1] + " " + rows[1].back(), "altered view v now also:  more");
  EXPECT_EQ(rows[2][2] + " " + rows[2][1], "dropped table t");
}

TEST_F(MigrationRehearsal, ItIsPutBackAfterAnErrorToo) {
  EXPECT_EQ(apply_error({{"1_a.sql", "one; FAIL 23505 no"}}, R"({"dry_run":true})").code, "23505");
  EXPECT_EQ(host.put_back, 1u);
  apply({{"1_a.sql", "one"}});
  EXPECT_EQ(host.put_back, 1u);
}

TEST_F(MigrationRehearsal, AFailureIsPutBackWhenAllOfItIsUndone) {
  host.savepoints_at_put_back = 9;
  EXPECT_EQ(apply_error({{"1_a.sql", "one"}, {"2_b.sql", "two; FAIL 23505 no"}}).code, "23505");
  EXPECT_EQ(host.put_back, 1u);
  EXPECT_EQ(host.savepoints_at_put_back, 0u);
  apply({{"1_a.sql", "one"}, {"2_b.sql", "two; FAIL 23505 no"}}, R"({"on_error":"stop"})");
  EXPECT_EQ(host.put_back, 2u);
  EXPECT_EQ(host.savepoints_at_put_back, 1u);  // the one of what stays
}

TEST_F(MigrationRehearsal, ARoundtripComparesTheCatalogs) {
  const std::vector<File> files = {
      {"1_good.sql", "-- migrate:up\nCREATE table t;\n-- migrate:down\nDROP table t;"},
      {"2_bad.sql", "-- migrate:up\nCREATE view v; DROP table t;\n-- migrate:down\nnothing;"}};
  const TextRows rows = validate(files, R"({"level":"roundtrip"})");
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0][0] + " " + rows[0][4], "2_bad.sql not_restored");
  EXPECT_NE(rows[0][5].find("leaves behind: view v"), std::string::npos);
  EXPECT_NE(rows[1][5].find("does not bring back: table t"), std::string::npos);
  EXPECT_TRUE(host.effects().empty());
  EXPECT_TRUE(validate(files, R"({"level":"execute"})").empty());
}

TEST_F(MigrationRehearsal, WhatMayNotWriteDoesNotRun) {
  host.writes_allowed = false;
  const std::string source = json_source({{"1_a.sql", "-- migrate:up\none;\n-- migrate:down\ntwo;"}});
  EXPECT_EQ(error_of("migrate_validate", {Cell::text(source), Cell::text(R"({"level":"execute"})")}).code,
            "WB002");
  EXPECT_TRUE(call("migrate_validate", {Cell::text(source)}).empty());
}

TEST_F(MigrationRehearsal, HazardsHaveTheirFacts) {
  host.sizes["public.t"] = {true, true, 3, 20480};
  host.assessments["drop it"] = {
      {EffectKind::drops_rows, "public.t", {}, "DROP TABLE", {}, {}},
      {EffectKind::locks_table, "public.t", {}, "DROP TABLE", "AccessExclusiveLock", {}}};
  host.assessments["make it"] = {{EffectKind::creates_table, "public.t", {}, "CREATE TABLE", {}, {}}};
  const TextRows rows = plan({{"1_a.sql", "drop it"}});
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0][6], "lost_data, access_exclusive_lock");
  EXPECT_EQ(rows[0][7], "DROP TABLE on public.t: 3 rows now, 20 kB");
  // A table that the run itself makes is no hazard; that is none which is there.
  EXPECT_EQ(plan({{"1_a.sql", "make it;\ndrop it"}})[1][6], "lost_data, access_exclusive_lock");
  host.sizes.clear();
  EXPECT_EQ(plan({{"1_a.sql", "make it;\ndrop it"}})[1][6], "NULL");
}

TEST_F(MigrationRehearsal, AnIndexIsAHazardFromTheThresholdOn) {
  host.assessments["index it"] = {
      {EffectKind::builds_index, "public.t", {}, "CREATE INDEX", "ShareLock", {}}};
  host.sizes["public.t"] = {true, true, 99'999, 0};
  EXPECT_EQ(plan({{"1_a.sql", "index it"}})[0][6], "NULL");
  host.sizes["public.t"] = {true, false, 100'000, 0};
  EXPECT_EQ(plan({{"1_a.sql", "index it"}})[0][6], "index_build");
}

TEST_F(MigrationRehearsal, APlanKnowsLinesAndOrdinals) {
  const TextRows rows =
      plan({{"1_a.sql", "-- migrate:up\none;\n\ntwo;\n-- migrate:down\nback;"}, {"2_b.sql", "three"}});
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[1][0] + " " + rows[1][2] + " " + rows[1][3] + " " + rows[1][4], "1 2 4 two");
  EXPECT_EQ(rows[2][0] + " " + rows[2][2] + " " + rows[2][3], "2 1 1");
  EXPECT_TRUE(host.effects().empty());
}

}  // namespace
}  // namespace whimbrel::fake
