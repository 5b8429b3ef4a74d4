#include <fstream>
#include <sstream>

#include "test/core/migration_fixture.h"

namespace whimbrel::fake {
namespace {

using Texts = std::vector<std::string>;

// Baseline, repair, new files: what runs no migration.
class MigrationUpkeep : public MigrationTest {
 protected:
  TextRows baseline(const std::string& version, const std::string& options = "{}") {
    return call("migrate_baseline", {Cell::text(version), Cell::text(options)});
  }
  Error baseline_error(const std::string& version, const std::string& options = "{}") {
    return error_of("migrate_baseline", {Cell::text(version), Cell::text(options)});
  }
  TextRows repair(const Cell& version, const std::string& options) {
    return call("migrate_repair", {version, Cell::text(options)});
  }
  static std::string with(const std::vector<File>& files, const std::string& more = "") {
    return "{\"source\":" + json_source(files) + more + "}";
  }
  static std::string read(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
  }
};

const std::vector<File> kFour = {{"001_a.sql", "-- migrate:up\nA;\n-- migrate:down\nundo_a;\n"},
                                 {"002_b.sql", "-- Description: Second\n-- migrate:up\nB;\n"},
                                 {"003_view.sql", "-- migrate:up repeat:on-change\nV;\n"},
                                 {"004_c.sql", "C;\n"}};

TEST_F(MigrationUpkeep, ABaselineRecordsTextsAndRunsNothing) {
  const TextRows rows = baseline("2", with(kFour));
  EXPECT_EQ(rows, (TextRows{{"001", "a", "recorded", "0", "0", "time", "NULL"},
                            {"002", "Second", "recorded", "0", "0", "time", "NULL"}}));
  EXPECT_TRUE(host.effects().empty());
  EXPECT_EQ(recorded(0, "up_sql"), "A;\n");
  EXPECT_EQ(recorded(0, "down_sql"), "undo_a;\n");
  EXPECT_EQ(host.log().back().find("action")->second.bytes, "baseline");
  // The repeatable one below it is applied, since it does no harm and may be new.
  EXPECT_EQ(apply(kFour).size(), 2u);
  EXPECT_EQ(host.effects(), Texts({"C", "V"}));
  EXPECT_TRUE(baseline("4", with(kFour)).empty());
}

TEST_F(MigrationUpkeep, ABaselineOfTheRegisteredOnes) {
  call("migrate_add", {Cell::text("001"), Cell::text("a"), Cell::text("A")});
  call("migrate_add", {Cell::text("002"), Cell::text("b"), Cell::text("B")});
  EXPECT_EQ(baseline("001").size(), 1u);
  EXPECT_EQ(call("migrate_apply", {}).size(), 1u);
  EXPECT_EQ(baseline_error("7").code, code::kUnknownVersion);
}

TEST_F(MigrationUpkeep, ABaselineAloneStandsForAllBelow) {
  EXPECT_EQ(baseline("003").size(), 1u);
  EXPECT_TRUE(baseline("003").empty());
  const TextRows states = status(kFour);
  ASSERT_EQ(states.size(), 4u);
  EXPECT_EQ(states[0][0] + states[0][2], "001applied");
  EXPECT_EQ(states[0][7], "below the baseline 003");
  EXPECT_EQ(states[2][0] + states[2][2], "003applied");
  EXPECT_EQ(states[3][2], "pending");
  EXPECT_EQ(apply(kFour).size(), 1u);
  EXPECT_EQ(host.effects(), Texts({"C"}));
  // Without a file of its version it is not missing.
  EXPECT_EQ(status({kFour[0], kFour[3]})[1][2], "applied");
}

TEST_F(MigrationUpkeep, WhatIsNoBaseline) {
  EXPECT_EQ(baseline_error("x").code, code::kInvalidArgument);
  EXPECT_EQ(baseline_error("3", with({kFour[0]})).code, code::kUnknownVersion);
  apply(kFour);
  EXPECT_EQ(baseline_error("2", with(kFour)).code, code::kOutOfOrder);
  host.state() = FakeHost().state();
  EXPECT_EQ(baseline("2", with(kFour, ",\"dry_run\":true"))[1][2], "would_record");
  EXPECT_TRUE(host.migrations().empty());
}

TEST_F(MigrationUpkeep, RepairAcceptsAChangedFile) {
  apply({kFour[0], kFour[3]});
  const File changed = {"001_a.sql", "-- migrate:up requires:base\nA;\nA2;\n"};
  const std::string when = recorded(0, "applied_at");
  const TextRows rows = repair(Cell::text("1"), with({changed, kFour[3]}));
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0][0] + " " + rows[0][1], "001 accepted");
  EXPECT_EQ(rows[0][2],
            "--- up part of 001_a.sql, as applied\n+++ up part of 001_a.sql, as it is now\n"
            "@@ -1,1 +1,2 @@\n A;\n+A2;\n"
            "--- down part of 001_a.sql, as applied\n+++ down part of 001_a.sql, as it is now\n"
            "@@ -1,1 +0,0 @@\n-undo_a;");
  EXPECT_EQ(status({changed, kFour[3]})[0][2], "applied");
  EXPECT_EQ(recorded(0, "up_sql"), "A;\nA2;\n");
  EXPECT_EQ(recorded(0, "down_sql"), "NULL");
  EXPECT_EQ(recorded(0, "required"), "base");
  EXPECT_EQ(recorded(0, "seq"), "1");
  EXPECT_EQ(recorded(0, "applied_at"), when);
  EXPECT_EQ(host.effects().size(), 2u);
  EXPECT_EQ(host.log().back().find("action")->second.bytes, "repair");
  EXPECT_EQ(host.log().back().find("detail")->second.bytes, rows[0][2]);
  EXPECT_TRUE(repair(Cell::text("1"), with({changed})).empty());
}

TEST_F(MigrationUpkeep, RepairOfAllLeavesRepeatableOnes) {
  apply(kFour);
  std::vector<File> changed = kFour;
  for (File& file : changed) file.sql += "MORE;\n";
  EXPECT_EQ(repair(Cell(), with(changed, ",\"dry_run\":true"))[0][1], "would_accept");
  const TextRows rows = repair(Cell(), with(changed));
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[1][0], "002");
  EXPECT_EQ(status(changed)[2][2], "repeatable");
  EXPECT_EQ(repair(Cell::text("3"), with(changed))[0][1], "accepted");
  EXPECT_EQ(status(changed)[2][2], "applied");
}

TEST_F(MigrationUpkeep, RepairGivesAnIncompleteOneUp) {
  host.execute(
      "INSERT INTO \"ops\".\"migration_journal\" (version, ordinal, state, error) VALUES ('001', 1, "
      "'failed', 'no')");
  EXPECT_EQ(status(kFour)[0][2], "incomplete");
  EXPECT_EQ(repair(Cell::text("1"), R"({"dry_run":true})")[0][1], "would_remove");
  EXPECT_EQ(status(kFour)[0][2], "incomplete");
  EXPECT_EQ(repair(Cell(), "{}")[0][1], "removed");
  EXPECT_EQ(status(kFour)[0][2], "pending");
  EXPECT_EQ(host.log().back().find("outcome")->second.bytes, "removed");
}

TEST_F(MigrationUpkeep, RepairForgetsARow) {
  apply(kFour);
  EXPECT_EQ(repair(Cell::text("4"), R"({"forget":true})")[0][1], "forgotten");
  EXPECT_EQ(status(kFour)[3][2], "pending");
  EXPECT_EQ(host.effects().size(), 4u);
}

TEST_F(MigrationUpkeep, WhatRepairRefuses) {
  apply(kFour);
  const auto code_of = [&](const Cell& version, const std::string& options) {
    return error_of("migrate_repair", {version, Cell::text(options)}).code;
  };
  EXPECT_EQ(code_of(Cell::text("9"), "{}"), code::kUnknownVersion);
  EXPECT_EQ(code_of(Cell::text("1"), "{}"), code::kUnknownVersion);
  EXPECT_EQ(code_of(Cell(), R"({"forget":true})"), code::kInvalidOption);
  EXPECT_EQ(code_of(Cell::text("1"), R"({"forget":true,"source":"x"})"), code::kInvalidOption);
}

TEST_F(MigrationUpkeep, EachSchemaHasItsOwnHistory) {
  apply(kFour);
  EXPECT_EQ(apply(kFour, R"({"schema":"tenant"})").size(), 4u);
  EXPECT_EQ(
      call("migrate_history", {Cell::text(R"({"schema":"tenant","action":"apply","version":"1"})")}).size(),
      1u);
  EXPECT_EQ(apply_error(kFour, R"({"schema":"nowhere"})").code, code::kInvalidOption);
}

TEST_F(MigrationUpkeep, WhoMayNotReadTheTextsSeesTheState) {
  apply({kFour[0]});
  host.texts_readable = false;
  const TextRows rows = status({{"001_a.sql", "OTHER"}});
  EXPECT_EQ(rows[0][2] + ": " + rows[0][7], "changed: its text differs from the one that was applied");
}

class MigrationNewFile : public MigrationUpkeep {
 protected:
  // The new file's name.
  std::string make(const std::string& description, const std::string& options = "{}") {
    const TextRows rows =
        call("migrate_new", {Cell::text(directory.path()), Cell::text(description), Cell::text(options)});
    path = rows[0][0];
    EXPECT_TRUE(path.starts_with(directory.path() + "/"));
    return path.substr(directory.path().size() + 1);
  }
  Error make_error(const std::string& description, const std::string& options = "{}") {
    return error_of("migrate_new",
                    {Cell::text(directory.path()), Cell::text(description), Cell::text(options)});
  }
  TemporaryDirectory directory;
  std::string path;
};

TEST_F(MigrationNewFile, TheVersionIsTheNextOne) {
  EXPECT_EQ(make("Add tags, now!"), "001_add_tags_now.sql");
  EXPECT_EQ(make("b"), "002_b.sql");
  directory.write("0099_c.sql", "");
  directory.write("notes.txt", "");
  EXPECT_EQ(make("Größe"), "0100_größe.sql");
  directory.write("9999_d.sql", "");
  EXPECT_EQ(make("e"), "10000_e.sql");
}

TEST_F(MigrationNewFile, TimesWhereTheDirectoryHasThem) {
  directory.write("20990101000059_far.sql", "");
  EXPECT_EQ(make("next"), "20990101000060_next.sql");
  const std::string name = make("x", R"({"version":"number"})");
  EXPECT_EQ(name, "20990101000061_x.sql");
  TemporaryDirectory other;
  const TextRows rows = call(
      "migrate_new", {Cell::text(other.path()), Cell::text("t"), Cell::text(R"({"version":"timestamp"})")});
  const std::string made = rows[0][0].substr(other.path().size() + 1);
  EXPECT_EQ(made.size(), std::string("20261121060000_t.sql").size());
  EXPECT_TRUE(made.starts_with("20"));
}

TEST_F(MigrationNewFile, TimesInPartsAsTheDirectoryHasThem) {
  directory.write("2099_01_01_000059_far.sql", "");
  EXPECT_EQ(make("next", R"({"template":"table"})"), "2099_01_01_000060_next.sql");
  EXPECT_EQ(make("x"), "2099_01_01_000061_x.sql");
  EXPECT_EQ(call("migrate_status", {Cell::text(directory.path())})[2][0], "20990101000061");
  directory.write("2099-01-01-000100_y.sql", "");  // the number is 2099
  EXPECT_EQ(make("z"), "2099_01_01_000062_z.sql");
}

TEST_F(MigrationNewFile, TimesWithHyphens) {
  directory.write("2098-12-31_a.sql", "");
  EXPECT_EQ(make("b"), "2098-12-31-000001_b.sql");
  EXPECT_EQ(make("c"), "2098-12-31-000002_c.sql");
  EXPECT_EQ(call("migrate_status", {Cell::text(directory.path())})[2][0], "2098-12-31-000002");
}

TEST_F(MigrationNewFile, TemplatesAreMigrations) {
  for (const std::string name : {"empty", "table", "column", "index", "view", "data"}) {
    make(name, R"({"template":")" + name + R"(","verify":true})");
    EXPECT_NE(read(path).find("-- Description: " + name + "\n"), std::string::npos);
    EXPECT_NE(read(path).find("-- migrate:verify\n"), std::string::npos);
  }
  const TextRows rows = call("migrate_status", {Cell::text(directory.path())});
  ASSERT_EQ(rows.size(), 6u);
  for (const auto& row : rows) EXPECT_EQ(row[2] + row[7], "pendingNULL");
  make("t", R"({"template":"table","down":false})");
  EXPECT_EQ(read(path).find("migrate:down"), std::string::npos);
}

TEST_F(MigrationNewFile, ATemplateOfOnesOwn) {
  directory.write("house.txt", "-- ${version} ${description} $${kept}\n");
  make("My text", R"({"template":")" + directory.path() + R"(/house.txt"})");
  EXPECT_EQ(read(path), "-- 001 My text ${kept}\n");
  EXPECT_EQ(make_error("x", R"({"template":"house"})").code, code::kInvalidOption);
  EXPECT_EQ(make_error("x", R"({"template":"/no/such"})").code, code::kFile);
}

TEST_F(MigrationNewFile, WhatItRefuses) {
  directory.write("005_a.sql", "");
  EXPECT_EQ(make("b", R"({"version":"7.1"})"), "7.1_b.sql");
  EXPECT_EQ(make_error("c", R"({"version":"5"})").code, code::kDuplicateVersion);
  EXPECT_EQ(make_error("c", R"({"version":"v5"})").code, code::kInvalidOption);
  EXPECT_EQ(make_error(" - ").code, code::kInvalidArgument);
  EXPECT_EQ(make_error("a\nb").code, code::kInvalidArgument);
  EXPECT_EQ(make_error(std::string(200, 'a')).code, code::kInvalidArgument);
  host.refused_path = directory.path();
  EXPECT_EQ(make_error("c").code, "42501");
  EXPECT_EQ(error_of("migrate_new", {Cell::text("/no/such/place"), Cell::text("c")}).code, code::kFile);
}

}  // namespace
}  // namespace whimbrel::fake
