#include "test/core/migration_fixture.h"

namespace whimbrel::fake {
namespace {

class MigrationStatus : public MigrationTest {
 protected:
  std::string report(const std::vector<File>& files, std::string_view options = "{}") {
    const std::string source = json_source(files);
    const TextRows rows = call("migrate_report", {Cell::text(source), Cell::text(options)});
    return rows.at(0).at(0);
  }
  static std::vector<std::string> states(const TextRows& rows) {
    std::vector<std::string> states;
    for (const auto& row : rows) states.push_back(row[0] + " " + row[2]);
    return states;
  }
};

using Texts = std::vector<std::string>;

TEST_F(MigrationStatus, WorksWithoutTablesAndWritesNothing) {
  host.state() = FakeHost(false).state();
  EXPECT_EQ(status({{"001_a.sql", "-- Description: First\nA"}}),
            (TextRows{{"001", "First", "pending", "NULL", "NULL", "NULL", "001_a.sql", "NULL"}}));
  EXPECT_TRUE(call("migrate_status", {}).empty());
  EXPECT_FALSE(host.has_own_tables(OwnTables::migrations));
  EXPECT_EQ(host.locks, 0u);
}

TEST_F(MigrationStatus, EveryState) {
  apply({{"1_a.sql", "A"}, {"2_b.sql", "B"}, {"3_c.sql", "C"}, {"5_e.sql", "E"}});
  const TextRows rows = status(
      {{"1_a.sql", "A;"}, {"2_b.sql", "-- x\nB"}, {"4_d.sql", "D"}, {"5_e.sql", "E"}, {"10_f.sql", "F"}});
  EXPECT_EQ(states(rows),
            Texts({"1 changed", "2 applied", "3 missing", "4 out_of_order", "5 applied", "10 pending"}));
  EXPECT_EQ(rows[0][7], "Line 1 is now \"A;\"; when it was applied, it ended before that.");
  EXPECT_EQ(rows[1][7], "other comments, white space or line ends than when it was applied");
  EXPECT_EQ(rows[1][3], "849204000000000");
  EXPECT_EQ(rows[1][4], "alice");
  EXPECT_EQ(rows[3][7], "version 5 is already applied");
  EXPECT_EQ(rows[4][7], "NULL");
}

TEST_F(MigrationStatus, TheHistoryAloneWithoutASource) {
  apply({{"1_a.sql", "A"}});
  EXPECT_EQ(states(call("migrate_status", {})), Texts({"1 applied"}));
}

TEST_F(MigrationStatus, ATextThatCannotBeReadIsANote) {
  const TextRows rows = status({{"1_a.sql", "-- migrate:nonsense\nA"}});
  EXPECT_EQ(rows[0][2], "pending");
  EXPECT_EQ(rows[0][7], "migration \"1_a.sql\", line 1: unknown marker \"migrate:nonsense\"");
}

TEST_F(MigrationStatus, ReportForPeople) {
  EXPECT_EQ(report({}), "Migrations: 0 applied, 0 pending");
  apply({{"001_initial_schema.sql", "A"}, {"003_c.sql", "C"}});
  const std::string text =
      report({{"001_initial_schema.sql", "A"}, {"002_b.sql", "B"}, {"004_add_tags.sql", "D"}});
  EXPECT_EQ(text.substr(0, text.find('\n')), "Migrations: 1 applied, 1 pending, 1 missing, 1 out of order");
  EXPECT_NE(text.find("\n[✓ Applied] 001 initial schema (2026-11-28 18:00:00, "), std::string::npos) << text;
  EXPECT_NE(text.find("\n[⏳ Pending] 004 add tags"), std::string::npos);
  EXPECT_NE(text.find("\n[⚠ Out of order] 002 b: version 003 is already applied\n"), std::string::npos);
}

TEST_F(MigrationStatus, ReportAsJson) {
  apply({{"001_a.sql", "A"}});
  const std::string text = report({{"001_a.sql", "A"}, {"002_b.sql", "B"}}, R"({"format":"json"})");
  EXPECT_TRUE(text.starts_with(
      R"({"totals":{"applied":1,"pending":1,"changed":0,"missing":0,"out_of_order":0,)"
      R"("incomplete":0,"repeatable":0,"skipped":0},"migrations":[)"
      R"({"version":"001","description":"a","state":"applied","applied_at":"2026-11-28T18:00:00Z","applied_by":"alice","duration_ms":)"))
      << text;
  EXPECT_TRUE(text.ends_with(
      R"({"version":"002","description":"b","state":"pending","applied_at":null,"applied_by":null,"duration_ms":null,"file":"002_b.sql","note":null}]})"))
      << text;
  const std::string source = "[]";
  EXPECT_EQ(error_of("migrate_report", {Cell::text(source), Cell::text(R"({"format":"xml"})")}).code,
            code::kInvalidOption);
}

}  // namespace
}  // namespace whimbrel::fake
