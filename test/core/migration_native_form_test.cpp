#include <gtest/gtest.h>

#include <string>

#include "common/error.h"
#include "common/migration/difference.h"
#include "common/migration/native_form.h"

namespace whimbrel {
namespace {

Form form_of(std::string_view text, std::string_view engine = "postgresql") {
  return read_native_form("migration \"m\"", text, engine);
}

std::string up_of(std::string_view text, std::string_view engine = "postgresql") {
  return form_of(text, engine).text_of(PartKind::up);
}
std::string down_of(std::string_view text, std::string_view engine = "postgresql") {
  return form_of(text, engine).text_of(PartKind::down);
}

Error error_of(std::string_view text) {
  try {
    form_of(text);
  } catch (const Error& error) {
    return error;
  }
  return Error("", "no error");
}

TEST(MigrationNativeForm, WithoutMarkersAllIsUp) {
  EXPECT_EQ(up_of("A;\nB"), "A;\nB");
  EXPECT_EQ(up_of("\xEF\xBB\xBF"
                  "A"),
            "A");
  EXPECT_EQ(up_of(""), "");
  EXPECT_FALSE(form_of("A").has_down);
}

TEST(MigrationNativeForm, Parts) {
  const std::string_view text =
      "-- Migration: 003\n-- Description: Add tags \n\n-- migrate:up\nA;\n--migrate:down\nB;\n-- "
      "migrate:verify\nC;\n";
  const Form form = form_of(text);
  EXPECT_EQ(form.description, "Add tags");
  EXPECT_EQ(form.text_of(PartKind::up), "A;\n");
  EXPECT_EQ(form.text_of(PartKind::down), "B;\n");
  EXPECT_EQ(form.text_of(PartKind::verify), "C;\n");
  EXPECT_TRUE(form.has_down);
}

TEST(MigrationNativeForm, CrlfAndBom) {
  EXPECT_EQ(up_of("\xEF\xBB\xBF-- migrate:up\r\nA;\r\n-- migrate:down\r\nB;"), "A;\r\n");
  EXPECT_EQ(form_of("-- Description: x\r\nA").description, "x");
}

TEST(MigrationNativeForm, MarkersInsideOfStringsAreText) {
  const std::string_view text = "-- migrate:up\nSELECT $$\n-- migrate:down\n$$;\n/*\n-- migrate:down\n*/\n";
  EXPECT_FALSE(form_of(text).has_down);
  EXPECT_FALSE(form_of("-- migrate:up\nCOPY t FROM stdin;\n-- migrate:down\n\\.\n").has_down);
}

TEST(MigrationNativeForm, PartsForOneEngine) {
  const std::string_view text =
      "-- migrate:up engine:sqlite\nSELECT [it's];\n-- migrate:up engine:postgresql\nSELECT $$it's$$;\n"
      "-- migrate:up\nBOTH;\n";
  EXPECT_EQ(up_of(text), "SELECT $$it's$$;\nBOTH;\n");
  EXPECT_EQ(up_of(text, "sqlite"), "SELECT [it's];\nBOTH;\n");
  EXPECT_EQ(form_of(text).token_checksum, form_of(text).token_checksum);
  EXPECT_FALSE(form_of("-- migrate:up\nA;\n-- migrate:down engine:sqlite\nB;").has_down);
}

TEST(MigrationNativeForm, SeveralPairsAreUndoneFromTheLast) {
  EXPECT_EQ(down_of("-- migrate:up\nA\n-- migrate:down\nB\n-- migrate:up\nC\n-- migrate:down\nD\n"),
            "D\nB\n");
  EXPECT_EQ(down_of("-- migrate:up\nA\n-- migrate:down\nB\n-- migrate:down\nC\n"), "B\nC\n");
}

TEST(MigrationNativeForm, ABlankDownIsNoneButACommentIsOne) {
  EXPECT_FALSE(form_of("-- migrate:up\nA\n-- migrate:down\n \r\n").has_down);
  EXPECT_TRUE(form_of("-- migrate:up\nA\n-- migrate:down\n-- nothing to undo\n").has_down);
}

TEST(MigrationNativeForm, BadMarkers) {
  EXPECT_EQ(error_of("-- migrate:up\nA\n-- migrate:dwon\nB").message,
            "migration \"m\", line 3: unknown marker \"migrate:dwon\"");
  EXPECT_EQ(error_of("-- migrate:up\nA\n-- migrate:dwon\nB").hint, "Perhaps you meant \"migrate:down\".");
  EXPECT_EQ(error_of("\n-- migrate:up transactional:false\nA").message,
            "migration \"m\", line 2: unknown marker option \"transactional:false\"");
  for (const std::string_view options : {"transaction:no", "transaction:", "transaction", "env:", "env:a,",
                                         "env:,a", "requires:1,,2", "repeat:always", "env:a env:b"}) {
    EXPECT_EQ(error_of("-- migrate:up " + std::string(options) + "\nA").code, code::kMigrationSyntax)
        << options;
  }
  for (const std::string_view options : {"env:a", "requires:1", "repeat:on-change"}) {
    EXPECT_EQ(error_of("-- migrate:up\nA\n-- migrate:down " + std::string(options) + "\nA").code,
              code::kMigrationSyntax)
        << options;
  }
  EXPECT_EQ(error_of("-- migrate:up\nA\n-- migrate:verify transaction:false\nA").code,
            code::kMigrationSyntax);
  EXPECT_EQ(error_of("-- migrate:up engine:mysql\nA").message,
            "migration \"m\", line 1: unknown engine \"mysql\"");
  EXPECT_EQ(error_of("-- migrate:up engine:sqlite engine:sqlite\nA").code, code::kMigrationSyntax);
  EXPECT_EQ(error_of("A;\n-- migrate:up\nB").message,
            "migration \"m\", line 1: a statement in front of the first marker");
  EXPECT_EQ(error_of("-- migrate:down\nB").message, "migration \"m\" has no migrate:up part");
  EXPECT_EQ(error_of("-- see migrate:down\n-- migrate: a note\nA").message, "no error");
}

TEST(MigrationNativeForm, MarksOfToolsThatAreNotReadAreNoComments) {
  EXPECT_EQ(error_of("-- +migrate Up\nA;\n-- +migrate Down\nB;").message,
            "migration \"m\", line 3: \"-- +migrate Down\" is a mark of sql-migrate, whose files are not "
            "understood");
  EXPECT_EQ(error_of("-- Up Migration\nA;\n\n-- Down Migration\nB;").code, code::kMigrationSyntax);
  EXPECT_EQ(error_of("A;\n-- //@UNDO\nB;").code, code::kMigrationSyntax);
  EXPECT_TRUE(form_of("-- migrate:up\nA;\n-- migrate:down\n-- Down Migration\nB;").has_down);
  EXPECT_FALSE(form_of("A; -- +migrate Down\nB; -- see down migration").has_down);
}

TEST(MigrationNativeForm, WhatStandsBehindAHeadingForUndoingIsNotRun) {
  EXPECT_EQ(error_of("A;\n\n-- === Down ===\nB;").message,
            "migration \"m\", line 3: statements behind \"-- === Down ===\", which divides the file in other "
            "tools");
  for (const std::string_view text :
       {"-- Up\nA;\n-- Down\nB;", "--UP\nA;\n--DOWN\nB;", "A;\n/* DOWN */\nB;", "A;\n-- rollback\nB;",
        "-- !Ups\nA;\n-- !Downs\nB;", "A;\n-- migrate: down\nB;", "A;\n-- migrate_down\nB;",
        "A;\n  --@UNDO\nB;", "-- Up\n-- Down\nB;", "-- Up\nA;\n-- Down drops it\nB;",
        "A;\n---- down ----\n-- why\nB;"})
    EXPECT_EQ(error_of(text).code, code::kMigrationSyntax) << text;
}

TEST(MigrationNativeForm, WordsInCommentsAreNoHeadings) {
  for (const std::string_view text :
       {"A;\n-- Down\n-- B;", "-- Rollback\nA;", "A;\n-- Down with the old index\nB;", "A; -- down\nB;",
        "A (\n-- down\nb);\nB;", "-- Up\nA;\n-- Downloads\nB;", "A;\n-- undo log\nB;", "-- upgrade\nA;\nB;",
        "A $$\n-- down\nb$$;"})
    EXPECT_EQ(error_of(text).message, "no error") << text;
  EXPECT_TRUE(form_of("-- migrate:up\nA;\n-- rollback\nB;\n-- migrate:down\n-- undo\nC;").has_down);
}

TEST(MigrationNativeForm, MarkerOptions) {
  const Form form = form_of(
      "-- migrate:up transaction:false env:dev,staging requires:002,other repeat:on-change\nA;\n"
      "-- migrate:down\nB;\n");
  EXPECT_EQ(form.environments, std::vector<std::string>({"dev", "staging"}));
  EXPECT_EQ(form.required, std::vector<std::string>({"002", "other"}));
  EXPECT_TRUE(form.repeatable);
  EXPECT_FALSE(form.in_transaction(PartKind::up));
  EXPECT_TRUE(form.in_transaction(PartKind::down));
  // Conditions of a part for the other engine are not this engine's.
  EXPECT_TRUE(form_of("-- migrate:up engine:sqlite env:dev\nA;\n-- migrate:up engine:postgresql\nB;\n")
                  .environments.empty());
}

TEST(MigrationNativeForm, PartsForDifferentEnvironments) {
  EXPECT_EQ(error_of("-- migrate:up env:dev\nA;\n-- migrate:up env:prod\nB;").code, code::kMigrationSyntax);
  EXPECT_EQ(error_of("-- migrate:up env:dev\nA;\n-- migrate:up\nB;").message,
            "migration \"m\", line 3: the up parts of one migration are for different environments");
  EXPECT_EQ(form_of("-- migrate:up env:a,b\nA;\n-- migrate:up env:b,a\nB;").parts.size(), 2U);
}

TEST(MigrationNativeForm, BytesThatAreNoText) {
  EXPECT_EQ(error_of("A;\nB\xFF").code, code::kInvalidText);
  EXPECT_EQ(error_of("A;\nB\xFF").message, "migration \"m\", line 2: invalid UTF-8");
  EXPECT_EQ(error_of(std::string_view("A\0B", 3)).message, "migration \"m\", line 1: NUL byte");
}

TEST(MigrationNativeForm, TokenChecksum) {
  const auto checksum = [](std::string_view text) { return form_of(text).token_checksum; };
  const std::string base = checksum("-- migrate:up\nSELECT a, 'b\nc';\n-- migrate:down\nB;\n");
  EXPECT_EQ(base, checksum("-- x\r\n--migrate:up\r\nSELECT  a,/* y */'b\r\nc' ;\r\n-- migrate:down\r\nB;"));
  EXPECT_NE(base, checksum("-- migrate:up\nSELECT a, 'b c';\n-- migrate:down\nB;\n"));
  EXPECT_NE(base, checksum("-- migrate:up\nSELECT a, 'b\nc';\nB;\n"));  // a marker is more than a comment
  EXPECT_NE(checksum("a b"), checksum("ab"));
  EXPECT_NE(checksum("a > = b"), checksum("a >= b"));
  EXPECT_NE(checksum("-- migrate:up\nA"), checksum("-- migrate:up engine:sqlite\nA"));
}

TEST(MigrationDifference, NamesTheFirstLineThatCounts) {
  const std::string_view before = "-- old comment\nCREATE TABLE a (x int);\nCREATE TABLE b (y int);\n";
  const std::string_view now =
      "-- migrate:up\n-- new comment\nCREATE TABLE a (x int);\n\n  CREATE TABLE b (y bigint);\n";
  EXPECT_EQ(describe_difference(now, 14, now.size() - 14, before, sql::Rules::postgresql),
            "Line 5 is now \"CREATE TABLE b (y bigint);\"; when it was applied, it was \"CREATE TABLE b (y "
            "int);\".");
  EXPECT_EQ(describe_difference("A; -- x", 0, 7, "A;", sql::Rules::postgresql), "");
  EXPECT_EQ(describe_difference("A;", 0, 2, "A;\nB;", sql::Rules::postgresql),
            "Line 1 ends it; when it was applied, \"B;\" followed.");
  EXPECT_EQ(describe_difference("A;\nB;", 0, 5, "A;", sql::Rules::postgresql),
            "Line 2 is now \"B;\"; when it was applied, it ended before that.");
  EXPECT_EQ(describe_difference("DO $$\na\nb\n$$", 0, 12, "DO $$\na\nc\n$$", sql::Rules::postgresql),
            "Line 3 is now \"b\"; when it was applied, it was \"c\".");
}

}  // namespace
}  // namespace whimbrel
