#include "test/core/migration_fixture.h"

namespace whimbrel::fake {
namespace {

using Texts = std::vector<std::string>;

class MigrationApply : public MigrationTest {};

TEST_F(MigrationApply, AppliesInTheOrderOfNumbers) {
  const TextRows rows = apply({{"10_ten.sql", "C;"}, {"2_two.sql", "B; B2"}, {"001_one_more.sql", "A"}});
  EXPECT_EQ(rows, (TextRows{{"001", "one more", "applied", "1", "1", "time", "NULL"},
                            {"2", "two", "applied", "2", "2", "time", "NULL"},
                            {"10", "ten", "applied", "1", "1", "time", "NULL"}}));
  EXPECT_EQ(host.effects(), Texts({"A", "B", "B2", "C"}));
  EXPECT_EQ(recorded(1, "seq"), "2");
  EXPECT_EQ(recorded(1, "file"), "2_two.sql");
  EXPECT_EQ(recorded(1, "up_sql"), "B; B2");
  EXPECT_EQ(recorded(1, "down_sql"), "NULL");
  EXPECT_EQ(recorded(1, "applied_by"), "alice");
  EXPECT_EQ(recorded(1, "checksum").size(), 64u);
  ASSERT_EQ(host.log().size(), 3u);
  EXPECT_EQ(host.log()[2].find("client_address")->second.bytes, "10.0.0.7");
}

TEST_F(MigrationApply, NothingPendingWritesNothing) {
  apply({{"1_a.sql", "A"}});
  const std::size_t statements = host.statements;
  EXPECT_TRUE(apply({{"1_a.sql", "A"}}).empty());
  EXPECT_EQ(host.statements - statements, 1u);  // the history
  EXPECT_EQ(host.effects(), Texts({"A"}));
  EXPECT_EQ(host.log().size(), 1u);
  EXPECT_EQ(host.locks, 2u);
}

TEST_F(MigrationApply, BookkeepingIsTwoStatementsForFourMigrations) {
  std::vector<File> files;
  for (int i = 1; i <= 502; ++i) files.push_back({std::to_string(i) + "_x.sql", "A"});
  apply(files);
  // The history, the journal and the last log_id before; the last two one by one.
  EXPECT_EQ(host.statements, 3 + (500u / 4 + 2) * 2);
  EXPECT_EQ(host.migrations().size(), 502u);
  EXPECT_EQ(recorded(501, "version"), "502");
  EXPECT_EQ(recorded(501, "seq"), "502");
  EXPECT_EQ(host.log().size(), 502u);
}

TEST_F(MigrationApply, DescriptionFromTheHeader) {
  const TextRows rows =
      apply({{"003_add_tags.sql", "-- Migration: 003\n-- Description: Add tags to workflows\nA"}});
  EXPECT_EQ(rows[0][1], "Add tags to workflows");
}

TEST_F(MigrationApply, TextsThatHoldNoStatement) {
  const TextRows rows = apply({{"1_empty.sql", ""},
                               {"2_comment.sql", "\xEF\xBB\xBF-- nothing\r\n"},
                               {"3_semicolons.sql", ";;\r\n;"}});
  ASSERT_EQ(rows.size(), 3u);
  for (const auto& row : rows) EXPECT_EQ(row[3], "0");
  EXPECT_TRUE(host.effects().empty());
}

TEST_F(MigrationApply, TargetAndSteps) {
  const std::vector<File> files = {{"1_a.sql", "A"}, {"2_b.sql", "B"}, {"3_c.sql", "C"}, {"4_d.sql", "D"}};
  EXPECT_EQ(apply(files, R"({"target":"02"})").size(), 2u);
  EXPECT_EQ(apply(files, R"({"steps":1})").size(), 1u);
  EXPECT_EQ(host.effects(), Texts({"A", "B", "C"}));
  EXPECT_TRUE(apply(files, R"({"target":"1"})").empty());
  EXPECT_EQ(apply_error(files, R"({"target":"9"})").code, code::kUnknownVersion);
  EXPECT_EQ(apply_error(files, R"({"steps":0})").code, code::kInvalidOption);
}

TEST_F(MigrationApply, BadOptions) {
  for (const std::string_view options :
       {R"({"env":1})", R"({"vars":[]})", R"({"out_of_order":"maybe"})", R"({"dryrun":true})",
        R"({"steps":"1"})", R"({"on_error":"ignore"})"}) {
    EXPECT_EQ(apply_error({}, options).code, code::kInvalidOption) << options;
  }
}

TEST_F(MigrationApply, AFailureNamesFileLineAndStatementAndLeavesNothing) {
  const Error error =
      apply_error({{"001_init.sql", "A;"},
                   {"003_add_tags.sql", "B;\n-- why\n\n  FAIL 42701 @6 column \"tags\" already exists;\nC"}});
  EXPECT_EQ(error.code, "42701");
  EXPECT_EQ(error.message, "migration \"003_add_tags.sql\", line 4: column \"tags\" already exists");
  EXPECT_EQ(error.where,
            "statement 2 of migration \"003_add_tags.sql\", line 4, column 8: FAIL 42701 @6 column \"tags\" "
            "already exists");
  EXPECT_FALSE(error.position);
  EXPECT_TRUE(host.effects().empty());
  EXPECT_TRUE(host.migrations().empty());
  EXPECT_TRUE(host.log().empty());
}

TEST_F(MigrationApply, StopKeepsTheEarlierOnesAndReturnsTheFailedOne) {
  const TextRows rows = apply({{"1_a.sql", "A"}, {"2_b.sql", "B;FAIL 42P01 no table"}, {"3_c.sql", "C"}},
                              R"({"on_error":"stop"})");
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[1],
            Texts({"2", "b", "failed", "1", "0", "time", "migration \"2_b.sql\", line 1: no table"}));
  EXPECT_EQ(host.effects(), Texts({"A"}));
  EXPECT_EQ(host.migrations().size(), 1u);
  ASSERT_EQ(host.log().size(), 2u);
  EXPECT_EQ(host.log()[1].find("outcome")->second.bytes, "failed");
  EXPECT_EQ(host.log()[1].find("detail")->second.bytes, rows[1][6]);
}

TEST_F(MigrationApply, StopDoesNotOutliveACancel) {
  EXPECT_EQ(apply_error({{"1_a.sql", "FAIL 57014 canceling statement"}}, R"({"on_error":"stop"})").code,
            "57014");
}

TEST_F(MigrationApply, ADryRunRunsAndLeavesNothing) {
  FakeHost fresh(false);
  host.state() = fresh.state();
  const TextRows rows = apply({{"1_a.sql", "A;B"}}, R"({"dry_run":true})");
  EXPECT_EQ(rows, (TextRows{{"1", "a", "would_apply", "2", "2", "time", "NULL"}}));
  EXPECT_TRUE(host.effects().empty());
  EXPECT_FALSE(host.has_own_tables(OwnTables::migrations));
  EXPECT_EQ(apply_error({{"1_a.sql", "FAIL 42P01 no table"}}, R"({"dry_run":true})").code, "42P01");
}

TEST_F(MigrationApply, ASavepointThatIsGoneIsReportedAsSuch) {
  const Error error = apply_error({{"1_a.sql", "A;BREAK"}}, R"({"on_error":"stop"})");
  EXPECT_EQ(error.message, "a statement ended the transaction");
  EXPECT_EQ(error.detail, "It happened after this error: migration \"1_a.sql\", line 1: constraint failed.");
}

TEST_F(MigrationApply, EveryFileIsCheckedBeforeTheFirstStatement) {
  const Error syntax = apply_error({{"1_a.sql", "A"}, {"2_b.sql", "B;\nC;\nä SYNTAX;\nD;E"}});
  EXPECT_EQ(syntax.code, "42601");
  EXPECT_EQ(syntax.message, "migration \"2_b.sql\", line 3: syntax error at or near \"SYNTAX\"");
  EXPECT_EQ(syntax.where, "migration \"2_b.sql\", line 3, column 3");
  EXPECT_EQ(apply_error({{"1_a.sql", "-- migrate:up\nA;\n-- migrate:down\nB;\nSYNTAX"}}).message,
            "migration \"1_a.sql\", line 5: syntax error at or near \"SYNTAX\"");
  EXPECT_TRUE(host.effects().empty());
}

TEST_F(MigrationApply, TransactionControlIsRefused) {
  const Error error = apply_error({{"1_a.sql", "A;\n\ncommit;\nB"}});
  EXPECT_EQ(error.code, code::kTransactionControl);
  EXPECT_EQ(error.message, "migration \"1_a.sql\", line 3: COMMIT is not allowed in a migration");
  for (const std::string_view sql :
       {"BEGIN; A", "A; ROLLBACK", "SAVEPOINT x; A", "BEGIN; A; COMMIT; B", "COMMIT", "BEGIN", "BEGIN; A",
        "BEGIN; BEGIN; A; COMMIT; COMMIT", "ROLLBACK; BEGIN; A; COMMIT", "BEGIN; A; ROLLBACK"})
    EXPECT_EQ(apply_error({{"1_a.sql", std::string(sql)}}).code, code::kTransactionControl) << sql;
}

TEST_F(MigrationApply, BeginAndCommitAroundAllAreDropped) {
  apply({{"1_a.sql", "-- migrate:up\nBEGIN;\nA;\nB;\nCOMMIT;\n-- migrate:down\nC"}});
  EXPECT_EQ(host.effects(), Texts({"A", "B"}));
  ASSERT_EQ(host.notices.size(), 1u);
  EXPECT_NE(host.notices[0].find("\"1_a.sql\""), std::string::npos);
}

TEST_F(MigrationApply, SettingsMayStandAroundTheTransaction) {
  apply({{"1_a.sql", "PRAGMA foreign_keys=off;\nBEGIN;\nA;\nCOMMIT;\nPRAGMA foreign_keys=on;"}});
  EXPECT_EQ(host.effects(), Texts({"PRAGMA foreign_keys=off", "A", "PRAGMA foreign_keys=on"}));
  const Error error = apply_error({{"2_b.sql", "SET x = 1;\nBEGIN;\nA;\nCOMMIT;\nB"}});
  EXPECT_EQ(error.message, "migration \"2_b.sql\", line 2: BEGIN is not allowed in a migration");
  EXPECT_EQ(error.detail,
            "migration \"2_b.sql\", line 5 has a statement outside of the transaction that the migration "
            "makes for itself.");
}

TEST_F(MigrationApply, WhatDividesATransactionIsNamed) {
  const auto message = [&](const std::string& sql) { return apply_error({{"1_a.sql", sql}}).message; };
  EXPECT_EQ(message("BEGIN;\nA;\nCOMMIT;\nROLLBACK;\nB"),
            "migration \"1_a.sql\", line 4: ROLLBACK is not allowed in a migration");
  EXPECT_EQ(message("BEGIN;\nA;\nCOMMIT;\nCOMMIT;"),
            "migration \"1_a.sql\", line 4: COMMIT is not allowed in a migration");
  EXPECT_EQ(message("BEGIN;\nA;\nCOMMIT;\nBEGIN;\nB;"),
            "migration \"1_a.sql\", line 4: BEGIN is not allowed in a migration");
}

TEST_F(MigrationApply, ARollbackBehindTheTransactionEndsNothing) {
  apply({{"1_a.sql", "BEGIN;\nA;\nCOMMIT;\nROLLBACK;\n"}});
  EXPECT_EQ(host.effects(), Texts({"A"}));
}

TEST_F(MigrationApply, SeveralTransactionsBecomeOne) {
  apply({{"1_a.sql", "BEGIN;\nA;\nCOMMIT;\nBEGIN;\nB;\nCOMMIT;"}});
  EXPECT_EQ(host.effects(), Texts({"A", "B"}));
  ASSERT_EQ(host.notices.size(), 1u);
  EXPECT_NE(host.notices[0].find("2 transactions"), std::string::npos);
}

TEST_F(MigrationApply, ClientCommandsAreNamed) {
  const Error error = apply_error({{"1_a.sql", "A;\n\\connect other\nB"}});
  EXPECT_EQ(error.code, code::kClientCommand);
  EXPECT_EQ(error.message, "migration \"1_a.sql\", line 2: \\connect is a command of psql, not SQL");
  EXPECT_EQ(apply_error({{"1_a.sql", ".read x.sql"}}).message,
            "migration \"1_a.sql\", line 1: .read is a command of the sqlite3 shell, not SQL");
}

TEST_F(MigrationApply, CopyDataIsFed) {
  const TextRows rows = apply(
      {{"1_a.sql", "A;\nCOPY t FROM stdin;\n1\tx;'\n\\\\.\n2\ty\n\\.\n\nB;\nCOPY u FROM stdin;\n\\.\n"}});
  EXPECT_EQ(host.effects(), Texts({"A", "COPY t FROM stdin", "B", "COPY u FROM stdin"}));
  EXPECT_EQ(host.copied, Texts({"1\tx;'\n\\\\.\n2\ty\n", ""}));
  EXPECT_EQ(rows[0][4], "5");
  EXPECT_EQ(apply_error({{"2_b.sql", "A;\nCOPY t FROM stdin"}}).message,
            "migration \"2_b.sql\", line 2: COPY ... FROM stdin without its data");
}

TEST_F(MigrationApply, ErrorsBehindCopyDataKeepTheirLine) {
  EXPECT_EQ(apply_error({{"1_a.sql", "COPY t FROM stdin;\n1\n2\n\\.\nFAIL 42P01 no table"}}).message,
            "migration \"1_a.sql\", line 5: no table");
}

TEST_F(MigrationApply, AFileThatRecordsItselfIsCompletedNotDoubled) {
  for (const std::string_view table : {"schema_migrations", "public.schema_migrations",
                                       "\"public\".\"schema_migrations\"", "\"ops\".\"schema_migrations\""}) {
    host.state() = FakeHost().state();
    const std::string sql =
        "A;\nINSERT INTO " + std::string(table) +
        " (version, description) VALUES ('003', 'by itself') ON CONFLICT (version) DO NOTHING";
    EXPECT_EQ(apply({{"003_add_tags.sql", sql}}).size(), 1u);
    ASSERT_EQ(host.migrations().size(), 1u);
    EXPECT_EQ(recorded(0, "description"), "by itself");
    EXPECT_EQ(recorded(0, "seq"), "1");
    EXPECT_EQ(recorded(0, "file"), "003_add_tags.sql");
    EXPECT_TRUE(apply({{"003_add_tags.sql", sql}}).empty());
  }
}

TEST_F(MigrationApply, ASelfRecordedVersionInAnotherSpellingIsTheSame) {
  for (const std::string_view version : {"3", "003_add_tags"}) {
    host.state() = FakeHost().state();
    apply({{"003_add_tags.sql", "INSERT INTO schema_migrations (version, description) VALUES ('" +
                                    std::string(version) + "', 'x') ON CONFLICT DO NOTHING"}});
    ASSERT_EQ(host.migrations().size(), 1u) << version;
    EXPECT_EQ(recorded(0, "version"), "003");
  }
}

TEST_F(MigrationApply, AMigrationThatLooksAtTheHistoryFindsTheEarlierOnes) {
  apply(
      {{"1_a.sql", "A"}, {"2_b.sql", "DELETE FROM schema_migrations WHERE version = '1'"}, {"3_c.sql", "C"}});
  ASSERT_EQ(host.migrations().size(), 2u);
  EXPECT_EQ(recorded(0, "version"), "2");
}

TEST_F(MigrationApply, OtherTablesOfThatNameAreLeftAlone) {
  apply(
      {{"1_a.sql", "INSERT INTO other.schema_migrations (version) VALUES ('9'); SELECT schema_migrations"}});
  EXPECT_EQ(host.migrations().size(), 1u);
  EXPECT_EQ(host.effects()[0], "INSERT INTO other.schema_migrations (version) VALUES ('9')");
}

TEST_F(MigrationApply, PositionsBehindARewrittenNameAreTheFiles) {
  const Error error =
      apply_error({{"1_a.sql", "INSERT INTO schema_migrations (version,\n nothing) VALUES ('1', 'x')"}});
  EXPECT_EQ(error.code, "42703");
  EXPECT_NE(error.where.find("INSERT INTO schema_migrations (version,  nothing)"), std::string::npos)
      << error.where;
}

TEST_F(MigrationApply, VerifyQueriesMustBeTrue) {
  apply({{"1_a.sql", "-- migrate:up\nA\n-- migrate:verify\nSELECT true; SELECT 1;"}});
  EXPECT_EQ(host.migrations().size(), 1u);
  for (const std::string_view answer : {"false", "null", "none", "2"}) {
    const Error error = apply_error(
        {{"2_b.sql", "-- migrate:up\nB\n-- migrate:verify\nSELECT true;\nSELECT " + std::string(answer)}});
    EXPECT_EQ(error.code, code::kVerifyFailed) << answer;
    EXPECT_EQ(error.message, "migration \"2_b.sql\", line 5: the verify query is not true");
  }
  EXPECT_EQ(host.effects(), Texts({"A"}));
}

TEST_F(MigrationApply, AChangedFileIsAnErrorWithTheDifference) {
  apply({{"1_a.sql", "A;\nCREATE b (x int);\n"}});
  const Error error = apply_error({{"1_a.sql", "A;\nCREATE b (x bigint);\n"}, {"2_b.sql", "B"}});
  EXPECT_EQ(error.code, code::kChangedMigration);
  EXPECT_EQ(error.message, "migration \"1_a.sql\" was changed after it was applied");
  EXPECT_EQ(error.detail,
            "Line 2 is now \"CREATE b (x bigint);\"; when it was applied, it was \"CREATE b (x int);\".");
  EXPECT_EQ(host.effects().size(), 2u);
}

TEST_F(MigrationApply, CommentsAndLineEndsAreOnlyANotice) {
  apply({{"1_a.sql", "A;\nB;\n"}});
  EXPECT_TRUE(apply({{"1_a.sql", "-- new\r\nA;\r\nB;\r\n"}}).empty());
  EXPECT_EQ(host.notices.size(), 1u);
}

TEST_F(MigrationApply, TwoFilesOfOneVersion) {
  const Error error = apply_error({{"1_a.sql", "A"}, {"001_b.sql", "B"}});
  EXPECT_EQ(error.code, code::kDuplicateVersion);
  EXPECT_EQ(error.message, "two migrations of version 001: \"001_b.sql\" and \"1_a.sql\"");
}

TEST_F(MigrationApply, AVersionBelowAnAppliedOneIsOutOfOrder) {
  apply({{"1_a.sql", "A"}, {"3_c.sql", "C"}});
  const Error error = apply_error({{"1_a.sql", "A"}, {"2_b.sql", "B"}, {"3_c.sql", "C"}, {"4_d.sql", "D"}});
  EXPECT_EQ(error.code, code::kOutOfOrder);
  EXPECT_EQ(error.message, "migration \"2_b.sql\" is out of order: version 3 is already applied");
  EXPECT_EQ(host.effects(), Texts({"A", "C"}));
}

TEST_F(MigrationApply, VersionsAreRecognisedByNumberAndByHand) {
  apply({{"001_a.sql", "A"}});
  EXPECT_TRUE(apply({{"1_a.sql", "A"}}).empty());
  host.execute("INSERT INTO \"ops\".\"schema_migrations\" (version) VALUES ('2_b')");
  EXPECT_TRUE(apply({{"1_a.sql", "A"}, {"2_b.sql", "B"}}).empty());
}

TEST_F(MigrationApply, TheHistoryOfTheLogIsNewestFirst) {
  apply({{"1_a.sql", "A"}, {"2_b.sql", "B"}});
  const TextRows all = call("migrate_history", {});
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0][3], "2");
  EXPECT_EQ(all[0][9], "alice");
  EXPECT_EQ(call("migrate_history", {Cell::text(R"({"limit":1})")}).size(), 1u);
  EXPECT_EQ(error_of("migrate_history", {Cell::text(R"({"limit":-1})")}).code, code::kInvalidOption);
  host.state() = FakeHost(false).state();
  EXPECT_TRUE(call("migrate_history", {}).empty());
}

}  // namespace
}  // namespace whimbrel::fake
