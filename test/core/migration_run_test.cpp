// migrate_run over the fake host: what is committed when, what the journal holds, who goes on where.
#include <gtest/gtest.h>

#include "common/migration/journal.h"
#include "test/core/migration_fixture.h"

namespace whimbrel::fake {

namespace {

class MigrationRun : public MigrationTest {
 protected:
  // Like an entry point of such a function: what is committed stays when it fails.
  TextRows run(const std::vector<File>& files, std::string_view options = "{}") {
    const std::string source = json_source(files);
    return run(Cell::text(source), options);
  }
  TextRows undo(std::string_view options = R"({"undo":true})") { return run(Cell(), options); }
  TextRows run(const Cell& source, std::string_view options) {
    const Cell arguments[] = {source, Cell::text(options)};
    Collector collector;
    Call call{host, arguments, collector};
    for (const Function& one : functions())
      if (one.name == "migrate_run") one.run(call);
    EXPECT_EQ(host.open_savepoints(), 0u);
    return collector.rows;
  }
  Error run_error(const std::vector<File>& files) {
    const std::string source = json_source(files);
    return run_error(Cell::text(source), "{}");
  }
  Error run_error(const Cell& source, std::string_view options) {
    try {
      run(source, options);
    } catch (const Error& error) {
      host.state() = host.committed;
      return error;
    }
    return Error("", "no error");
  }
};

TEST_F(MigrationRun, WhatIsSetHoldsForTheStepsBehind) {
  run({{"1_a.sql", "SET LOCAL x = 1;A;B CONCURRENTLY;C;D CONCURRENTLY"}});
  const std::string set = "SET LOCAL x = 1";
  EXPECT_EQ(host.effects(),
            (std::vector<std::string>{set, "A", set, "B CONCURRENTLY", set, "C", set, "D CONCURRENTLY"}));
  EXPECT_EQ(host.outside, (std::vector<std::string>{"B CONCURRENTLY", "D CONCURRENTLY"}));
}

TEST_F(MigrationRun, EarlierMigrationsAreCommitted) {
  const Error error =
      run_error({{"1_a.sql", "A"}, {"2_b.sql", "B;\nFAIL 42P01 no such table"}, {"3_c.sql", "C"}});
  EXPECT_EQ(error.code, "42P01");
  EXPECT_EQ(host.effects(), std::vector<std::string>{"A"});
  ASSERT_EQ(host.migrations().size(), 1u);
  ASSERT_EQ(host.log().size(), 2u);
  EXPECT_EQ(host.log()[1].at("outcome").bytes, "failed");
}

TEST_F(MigrationRun, GoesOnAtTheStatementThatFailed) {
  const std::vector<File> files = {{"1_a.sql", "A;\nINDEX CONCURRENTLY;\nFAIL 42P01 no such table;\nB"}};
  EXPECT_EQ(run_error(files).code, "42P01");
  EXPECT_EQ(host.outside, std::vector<std::string>{"INDEX CONCURRENTLY"});
  const auto incomplete = read_incomplete(host);
  ASSERT_TRUE(incomplete.contains("1"));
  EXPECT_EQ(incomplete.at("1").note.substr(0, 19), "statement 3 failed:");
  EXPECT_TRUE(host.migrations().empty());

  const TextRows rows = run({{"1_a.sql", "A;\nINDEX CONCURRENTLY;\nC;\nB"}});
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0][3], "2");
  EXPECT_EQ(host.effects(), (std::vector<std::string>{"A", "INDEX CONCURRENTLY", "C", "B"}));
  EXPECT_TRUE(read_incomplete(host).empty());
  EXPECT_EQ(recorded(0, "statements"), "4");
}

TEST_F(MigrationRun, AStatementThatIsDoneMustStayAsItWas) {
  run_error({{"1_a.sql", "A;\nINDEX CONCURRENTLY;\nFAIL 42P01 no such table"}});
  const Error error = run_error({{"1_a.sql", "A2;\nINDEX CONCURRENTLY;\nB"}});
  EXPECT_EQ(error.code, code::kIncomplete);
  EXPECT_NE(error.message.find("statement 1 was changed"), std::string::npos);
}

TEST_F(MigrationRun, WhatAnInterruptedStatementHasLeftIsTakenAwayFirst) {
  run_error({{"1_a.sql", "A;\nFAIL 57014 CONCURRENTLY"}});
  ASSERT_TRUE(read_incomplete(host).contains("1"));
  host.leftovers["FAIL 57014 CONCURRENTLY"] = {true, {"DROP CONCURRENTLY"}};
  run({{"1_a.sql", "A;\nFAIL 57014 CONCURRENTLY"}});
  EXPECT_EQ(host.outside, std::vector<std::string>{"DROP CONCURRENTLY"});
  EXPECT_TRUE(read_incomplete(host).empty());
}

TEST_F(MigrationRun, WaitsForTheStepOfAnotherCaller) {
  host.steps_running = 3;
  run({{"1_a.sql", "A"}});
  EXPECT_EQ(host.pauses, 3u);
  EXPECT_EQ(host.migrations().size(), 1u);
}

TEST_F(MigrationRun, ANewEnumValueIsCommittedBeforeItIsUsed) {
  std::vector<std::vector<std::string>> commits;
  host.before_begin = [&] { commits.push_back(host.committed.effects); };
  run({{"1_a.sql", "ENUM_VALUE a;\nENUM_VALUE b;\nUSE"}});
  EXPECT_NE(
      std::find(commits.begin(), commits.end(), std::vector<std::string>{"ENUM_VALUE a", "ENUM_VALUE b"}),
      commits.end());
  EXPECT_EQ(host.effects().size(), 3u);
}

TEST_F(MigrationRun, UndoesWhatNeedsNoTransaction) {
  run({{"1_a.sql", "-- migrate:up\nA;\n-- migrate:down\nNOT_A;\n"},
       {"2_b.sql", "-- migrate:up\nB;\n-- migrate:down transaction:false\nINDEX CONCURRENTLY;\nNOT_B;\n"},
       {"3_c.sql", "-- migrate:up\nC;\n-- migrate:down\nNOT_C;\n"}});
  const TextRows rows = undo(R"({"undo":true,"steps":2})");
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0][0] + rows[0][2], "3rolled_back");
  EXPECT_EQ(rows[1][0] + rows[1][2] + rows[1][3], "2rolled_back2");
  EXPECT_EQ(host.effects(),
            (std::vector<std::string>{"A", "B", "C", "NOT_C", "INDEX CONCURRENTLY", "NOT_B"}));
  EXPECT_EQ(host.outside, std::vector<std::string>{"INDEX CONCURRENTLY"});
  EXPECT_EQ(host.migrations().size(), 1u);
  EXPECT_TRUE(read_incomplete(host).empty());
  EXPECT_EQ(host.log().back().at("action").bytes, "rollback");
  EXPECT_EQ(undo().size(), 1u);
  EXPECT_TRUE(undo().empty());
}

TEST_F(MigrationRun, AnUndoGoesOnWhereItStopped) {
  run({{"1_a.sql",
        "-- migrate:up\nA;\n-- migrate:down\nX;\nINDEX CONCURRENTLY;\nFAIL 42P01 no such table;\n"}});
  EXPECT_EQ(run_error(Cell(), R"({"undo":true})").code, "42P01");
  EXPECT_EQ(host.migrations().size(), 1u);
  EXPECT_EQ(read_incomplete(host).at("1").note.substr(0, 19), "statement 3 failed:");
  const TextRows rows = undo(R"({"undo":true,"on_error":"stop"})");
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0][2], "failed");
  EXPECT_EQ(host.effects(), (std::vector<std::string>{"A", "X", "INDEX CONCURRENTLY"}));
}

TEST_F(MigrationRun, AnUndoThatFailsStops) {
  run({{"1_a.sql", "-- migrate:up\nA;\n-- migrate:down\nFAIL 42P01 no such table;\n"},
       {"2_b.sql", "-- migrate:up\nB;\n-- migrate:down\nNOT_B;\n"}});
  const TextRows rows = undo(R"({"undo":true,"steps":2,"on_error":"stop"})");
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0][2] + rows[1][2], "rolled_backfailed");
  EXPECT_EQ(host.migrations().size(), 1u);
  EXPECT_EQ(host.log().back().at("outcome").bytes, "failed");
}

TEST_F(MigrationRun, OptionsThatMeanNothingAreRefused) {
  const std::string files = json_source({{"1_a.sql", "A"}});
  EXPECT_EQ(run_error(Cell::text(files), R"({"undo":true})").code, code::kInvalidArgument);
  EXPECT_EQ(run_error(Cell::text(files), R"({"to":"1"})").code, code::kInvalidOption);
  EXPECT_EQ(run_error(Cell(), R"({"undo":true,"target":"1"})").code, code::kInvalidOption);
  EXPECT_EQ(run_error(Cell(), R"({"undo":true,"steps":0})").code, code::kInvalidOption);
}

TEST_F(MigrationRun, AnotherCallerRunsSomeOfThem) {
  bool done = false;
  host.before_begin = [&] {
    if (done || host.migrations().size() != 1) return;
    done = true;
    const auto own = std::move(host.before_begin);
    run({{"1_a.sql", "A"}, {"2_b.sql", "B"}});
  };
  const TextRows rows = run({{"1_a.sql", "A"}, {"2_b.sql", "B"}, {"3_c.sql", "C"}});
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0][0], "1");
  EXPECT_EQ(rows[1][0], "3");
  EXPECT_EQ(host.effects(), (std::vector<std::string>{"A", "B", "C"}));
}

}  // namespace

}  // namespace whimbrel::fake
