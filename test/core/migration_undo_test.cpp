#include "test/core/migration_fixture.h"

namespace whimbrel::fake {
namespace {

using Texts = std::vector<std::string>;

// Redo and reset, and what rollback leaves out or refuses.
class MigrationUndo : public MigrationTest {
 protected:
  static File file(const std::string& version, const std::string& name, const std::string& options = "") {
    return {version + "_" + name + ".sql",
            "-- migrate:up" + options + "\n" + name + ";\n-- migrate:down\nundo_" + name + ";\n"};
  }
  TextRows redo(std::string_view options = "{}") { return call("migrate_redo", {Cell::text(options)}); }
  Error redo_error(std::string_view options) { return error_of("migrate_redo", {Cell::text(options)}); }
  TextRows reset(std::string_view options) { return call("migrate_reset", {Cell::text(options)}); }
  Error reset_error(std::string_view options) { return error_of("migrate_reset", {Cell::text(options)}); }
  Texts effects_from(std::size_t first) {
    return {host.effects().begin() + static_cast<std::ptrdiff_t>(first), host.effects().end()};
  }
  Texts statuses(const TextRows& rows) {
    Texts texts;
    for (const auto& row : rows) texts.push_back(row[0] + " " + row[2]);
    return texts;
  }
};

TEST_F(MigrationUndo, RepeatableOnesWithoutADownArePassedOver) {
  apply({file("1", "a"), file("2", "b"), {"3_view.sql", "-- migrate:up repeat:on-change\nV;\n"}});
  EXPECT_EQ(statuses(rollback()), Texts({"2 rolled_back"}));
  EXPECT_EQ(statuses(rollback(R"({"steps":5})")), Texts({"1 rolled_back"}));
  EXPECT_EQ(host.migrations().size(), 1u);
  EXPECT_EQ(rollback_error(R"({"version":"3"})").code, code::kNoDown);
}

TEST_F(MigrationUndo, ARepeatableOneIsNoReasonToBeOutOfOrder) {
  const File view = {"9_view.sql", "-- migrate:up repeat:on-change\nV;\n"};
  apply({file("1", "a"), view});
  EXPECT_EQ(status({file("1", "a"), file("2", "b"), view})[1][2], "pending");
  EXPECT_EQ(apply({file("1", "a"), file("2", "b"), view}).size(), 1u);
}

TEST_F(MigrationUndo, RepeatableOnesWithADownAreUndone) {
  apply({file("1", "a"), file("2", "view", " repeat:on-change")});
  EXPECT_EQ(statuses(rollback()), Texts({"2 rolled_back"}));
}

TEST_F(MigrationUndo, WhatAnotherRequiresStays) {
  apply({file("1", "base"), file("2", "b"), file("3", "c", " requires:base,2")});
  EXPECT_EQ(recorded(2, "required"), "base 2");
  const Error error = rollback_error(R"({"version":"1"})");
  EXPECT_EQ(error.code, code::kRequirement);
  EXPECT_EQ(error.message, "migration \"1_base.sql\" cannot be undone: migration \"3_c.sql\" requires it");
  EXPECT_EQ(rollback_error(R"({"version":"002"})").code, code::kRequirement);
  EXPECT_EQ(redo_error(R"({"version":"1"})").code, code::kRequirement);
  EXPECT_EQ(rollback(R"({"steps":3})").size(), 3u);
}

TEST_F(MigrationUndo, ADownWithoutTransactionIsRefused) {
  apply({{"1_a.sql", "-- migrate:up\nA;\n-- migrate:down transaction:false\nD;\n"}});
  const Error error = rollback_error("{}");
  EXPECT_EQ(error.code, code::kNeedsNoTransaction);
  EXPECT_NE(error.hint.find("migrate_run"), std::string::npos);
  EXPECT_EQ(redo_error("{}").code, code::kNeedsNoTransaction);
  EXPECT_EQ(host.effects().size(), 1u);
}

TEST_F(MigrationUndo, ADownThatNeedsNoTransactionIsRefused) {
  apply({{"1_a.sql", "-- migrate:up\nA;\n-- migrate:down\nD;\nINDEX CONCURRENTLY;\n"}});
  const Error error = rollback_error("{}");
  EXPECT_EQ(error.code, code::kNeedsNoTransaction);
  EXPECT_EQ(error.message,
            "down part of migration \"1_a.sql\" (migrate_sql('1', 'down')), line 2: this statement cannot "
            "run in a transaction");
}

TEST_F(MigrationUndo, RedoRunsTheStoredTexts) {
  apply({file("1", "a"), file("2", "b"), file("3", "c", " requires:1")});
  const std::string checksum = recorded(2, "checksum");
  const TextRows rows = redo(R"({"steps":2})");
  EXPECT_EQ(statuses(rows), Texts({"3 rolled_back", "2 rolled_back", "2 applied", "3 applied"}));
  EXPECT_EQ(effects_from(3), Texts({"undo_c", "undo_b", "b", "c"}));
  EXPECT_EQ(recorded(2, "checksum"), checksum);
  EXPECT_EQ(recorded(2, "required"), "1");
  EXPECT_EQ(recorded(2, "seq"), "3");
  EXPECT_EQ(recorded(2, "file"), "3_c.sql");
  EXPECT_EQ(recorded(2, "down_sql"), "undo_c;\n");
  EXPECT_EQ(status({file("1", "a"), file("2", "b"), file("3", "c", " requires:1")})[2][2], "applied");
  EXPECT_EQ(host.log().back().find("action")->second.bytes, "redo");
}

TEST_F(MigrationUndo, RedoKeepsTheOrderOfApplication) {
  apply({file("2", "late")});
  apply({file("1", "early"), file("2", "late")}, R"({"out_of_order":"allow"})");
  redo(R"({"steps":2})");
  EXPECT_EQ(effects_from(2), Texts({"undo_early", "undo_late", "late", "early"}));
  const std::string source = R"({"steps":2,"source":)" + json_source({file("1", "e"), file("2", "l")}) + "}";
  redo(source);
  EXPECT_EQ(effects_from(6), Texts({"undo_early", "undo_late", "l", "e"}));
}

TEST_F(MigrationUndo, RedoFromAnEditedFile) {
  apply({file("1", "a"), file("2", "b")});
  // Another applied file that changed too is none of its business.
  const std::string source = json_source({{"1_a.sql", "CHANGED"}, file("2", "better")});
  EXPECT_EQ(statuses(redo(R"({"source":)" + source + "}")), Texts({"2 rolled_back", "2 applied"}));
  EXPECT_EQ(effects_from(2), Texts({"undo_b", "better"}));
  EXPECT_EQ(status({file("1", "a"), file("2", "better")})[1][2], "applied");
}

TEST_F(MigrationUndo, RedoRefusesWhatItCannotDo) {
  apply({file("1", "a"), file("2", "b")});
  EXPECT_EQ(redo_error(R"({"source":)" + json_source({file("1", "a")}) + "}").code, code::kUnknownVersion);
  EXPECT_EQ(redo_error(R"({"vars":{"a":"b"}})").code, code::kInvalidOption);
  EXPECT_EQ(redo_error(R"({"source":{"a":"b"}})").message,
            "option \"source\" must be a string or an array, not {\"a\":\"b\"}");
  EXPECT_EQ(redo_error(R"({"version":"9"})").code, code::kUnknownVersion);
  EXPECT_EQ(redo_error(R"({"steps":0})").code, code::kInvalidOption);
  EXPECT_EQ(host.effects().size(), 2u);
  host.execute("INSERT INTO \"ops\".\"schema_migrations\" (version, seq, down_sql) VALUES ('7', 7, 'undo')");
  EXPECT_EQ(redo_error("{}").code, code::kUnknownVersion);
}

TEST_F(MigrationUndo, ADryRedoLeavesEverything) {
  apply({file("1", "a")});
  EXPECT_EQ(statuses(redo(R"({"dry_run":true})")), Texts({"1 would_roll_back", "1 would_apply"}));
  EXPECT_EQ(host.effects().size(), 1u);
  EXPECT_EQ(host.log().size(), 1u);
}

TEST_F(MigrationUndo, ResetIsConfirmedByTheDatabasesName) {
  apply({file("1", "a")});
  const Error error = reset_error("{}");
  EXPECT_EQ(error.code, code::kNotConfirmed);
  EXPECT_EQ(error.hint, "Repeat the call with \"confirm\": \"app\".");
  EXPECT_EQ(reset_error(R"({"mode":"drop","confirm":"other"})").code, code::kNotConfirmed);
  EXPECT_EQ(host.effects().size(), 1u);
  EXPECT_EQ(statuses(reset(R"({"dry_run":true})")), Texts({"1 would_roll_back"}));
  host.mutable_dialect().database = "/data/shop.db";
  EXPECT_EQ(reset_error(R"({"confirm":"app"})").hint, "Repeat the call with \"confirm\": \"shop.db\".");
  EXPECT_EQ(reset(R"({"confirm":"/data/shop.db"})").size(), 1u);
  EXPECT_EQ(reset(R"({"confirm":"shop.db"})").size(), 0u);
}

TEST_F(MigrationUndo, ResetByTheDownParts) {
  apply({file("1", "a"), file("2", "b")});
  EXPECT_EQ(statuses(reset(R"({"mode":"down","confirm":"app"})")), Texts({"2 rolled_back", "1 rolled_back"}));
  EXPECT_EQ(effects_from(2), Texts({"undo_b", "undo_a"}));
  EXPECT_TRUE(host.migrations().empty());
  EXPECT_EQ(host.log().back().find("action")->second.bytes, "reset");
  apply({file("1", "a"), {"2_b.sql", "B"}});
  EXPECT_EQ(reset_error(R"({"confirm":"app"})").code, code::kNoDown);
  EXPECT_EQ(reset_error(R"({"confirm":"app","schemas":["public"]})").code, code::kInvalidOption);
  EXPECT_EQ(reset_error(R"({"mode":"up"})").code, code::kInvalidOption);
}

TEST_F(MigrationUndo, ResetByDroppingForgetsTheHistoryAndKeepsTheLog) {
  apply({file("1", "a"), {"2_b.sql", "B"}});
  EXPECT_EQ(statuses(reset(R"({"mode":"drop","dry_run":true})")),
            Texts({"2 would_reset", "1 would_reset", "NULL would_drop"}));
  EXPECT_EQ(host.migrations().size(), 2u);
  const TextRows rows = reset(R"({"mode":"drop","confirm":"app"})");
  EXPECT_EQ(statuses(rows), Texts({"2 reset", "1 reset", "NULL dropped"}));
  EXPECT_EQ(rows[2][1], "table users");
  EXPECT_EQ(host.effects().back(), "DROP table users");
  EXPECT_TRUE(host.migrations().empty());
  EXPECT_EQ(host.log().size(), 5u);
  EXPECT_EQ(host.log().back().find("detail")->second.bytes, "table users");
  reset(R"({"mode":"drop","confirm":"app","schemas":["x","y"]})");
  EXPECT_EQ(effects_from(host.effects().size() - 2), Texts({"DROP schema x", "DROP schema y"}));
}

}  // namespace
}  // namespace whimbrel::fake
