// What each tool's users have in their directories besides the plain case: options in texts and beside them,
// and what cannot be done here, which is refused by name.
#include "common/migration/forms/end_delimiter.h"
#include "test/core/migration_fixture.h"

namespace whimbrel::fake {
namespace {

using Texts = std::vector<std::string>;

class MigrationFormEdges : public MigrationTest {
 protected:
  // What apply refuses because it would have to run outside of the transaction.
  bool needs_run(const std::vector<File>& files, std::string_view options = "{}") {
    return apply_error(files, options).code == code::kNeedsNoTransaction;
  }
  void expect_error(const std::vector<File>& files, std::string_view code, const std::string& words,
                    std::string_view options = "{}") {
    const Error error = apply_error(files, options);
    EXPECT_EQ(error.code, code) << error.message;
    EXPECT_NE(error.message.find(words), std::string::npos) << error.message;
  }
};

TEST_F(MigrationFormEdges, MixedFormsNameTwoFiles) {
  const File goose = {"1_a.sql", "-- +goose Up\nA"};
  expect_error({goose, {"2_b.sql", "-- migrate:up\nB"}}, code::kMixedForms, "\"1_a.sql\" is of goose");
  expect_error({goose, {"2_b.sql", "B\n---- create above / drop below ----\n"}}, code::kMixedForms, "tern");
  expect_error({goose, {"2_b.down.sql", "B"}}, code::kMixedForms, "\"2_b.down.sql\" is of golang-migrate");
  expect_error({{"V1__a.sql", "A"}, {"2_b.sql", "B"}}, code::kMixedForms, "\"2_b.sql\"");
  expect_error({{"1_a.up.sql", "A"}, {"2_b.sql", "B"}}, code::kMixedForms, "golang-migrate");
  expect_error({{"1_a/up.sql", "A"}, {"V1__b.sql", "B"}}, code::kMixedForms, "diesel");
  EXPECT_EQ(apply({{"1_a.up.sql", "A"}, {"2_b.sql", "B"}}, R"({"form":"sqlx"})").size(), 2u);
  EXPECT_EQ(apply_error({}, R"({"form":"gose"})").code, code::kInvalidOption);
}

TEST_F(MigrationFormEdges, PairsOfOtherSeparators) {
  for (const std::string name : {"001", "001-add-tags", "001.add_tags", "20240115103000-add"}) {
    const TextRows rows = apply({{name + ".up.sql", "A"}, {name + ".down.sql", "UA"}}, R"({"dry_run":true})");
    ASSERT_EQ(rows.size(), 1U) << name;
    EXPECT_EQ(rows[0][0], name.substr(0, name.find_first_not_of("0123456789")));
  }
  EXPECT_EQ(apply({{"001-add-tags.up.sql", "A"}})[0][1], "add tags");
}

TEST_F(MigrationFormEdges, TransactionsAroundSomeStatementsOfAToolsFile) {
  const std::string text = "A;\nBEGIN;\nA2;\nCOMMIT;\nB";
  apply({{"1_a/migration.sql", text}});
  EXPECT_EQ(host.effects(), Texts({"A", "A2", "B"}));
  expect_error({{"9_a.sql", text}}, code::kTransactionControl, "BEGIN");
  apply({{"2_c.up.sql", "C"}, {"2_c.down.sql", "UB;\nBEGIN;\nUC;\nCOMMIT"}}, R"({"form":"golang-migrate"})");
  rollback();
  EXPECT_EQ(host.effects(), Texts({"A", "A2", "B", "C", "UB", "UC"}));
  for (const std::string unfit :
       {"A;COMMIT;B", "BEGIN;A;ROLLBACK;B", "A;BEGIN;B", "BEGIN;A;SAVEPOINT s;COMMIT;B",
        "BEGIN;SET LOCAL x = 1;A;COMMIT;B", "BEGIN;SET LOCAL x = 1;COMMIT;BEGIN;B;COMMIT"})
    expect_error({{"3_a/migration.sql", unfit}}, code::kTransactionControl, "not allowed");
  apply({{"3_a/migration.sql", "BEGIN;SET LOCAL x = 1;A;COMMIT"}});
}

TEST_F(MigrationFormEdges, DirectoriesOfSmallNumbers) {
  const TextRows rows =
      apply({{"02-add-friend/up.sql", "B"}, {"02-add-friend/down.sql", "UB"}, {"01-a/up.sql", "A"}});
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[1][0], "02");
  EXPECT_EQ(rows[1][1], "add friend");
}

TEST_F(MigrationFormEdges, WhatUndoesByItsNameNeverRunsByItself) {
  for (const std::string name :
       {"0002.create.rollback.sql", "0001-create.rollback.sql", "1_a.undo.sql", "2.revert.sql"})
    expect_error({{"0001-create.sql", "A"}, {name, "UA"}}, code::kBadFileName,
                 "\"" + name + "\" undoes another one");
  const Error error = apply_error({{"001-add.sql", "A"}, {"001-add-down.sql", "UA"}});
  EXPECT_EQ(error.code, code::kDuplicateVersion);
  EXPECT_NE(error.hint.find("migrate:down"), std::string::npos);
  EXPECT_EQ(apply_error({{"1_a.sql", "A"}, {"1_b.sql", "B"}}).hint, "Give one of them another version.");
  EXPECT_EQ(apply({{"003_add_rollback.sql", "A"}, {"004_shut.downs.sql", "B"}}).size(), 2U);
}

TEST_F(MigrationFormEdges, MigrationsOfPostgratorInJavaScript) {
  const TemporaryDirectory directory;
  directory.write("001.do.a.sql", "A");
  directory.write("002.do.b.js", "B");
  EXPECT_EQ(error_of("migrate_apply", {Cell::text(directory.path())}).code, code::kUnsupported);
}

TEST_F(MigrationFormEdges, DatesStandBeforeTheTimesOfTheirDayAndBehindThoseBefore) {
  const auto versions = [&](const std::vector<File>& files) {
    Texts found;
    for (const auto& row : apply(files, R"({"dry_run":true})"))
      if (row[2] == "would_apply") found.push_back(row[0]);
    return found;
  };
  const Texts expected = {"20240115103000", "20240116000000", "20240116080000"};
  EXPECT_EQ(versions({{"20240116_b/migration.sql", "B"},
                      {"20240115103000_a/migration.sql", "A"},
                      {"20240116080000_c/migration.sql", "C"}}),
            expected);
  EXPECT_EQ(versions({{"2024-01-16_b/up.sql", "B"},
                      {"2024-01-15-103000_a/up.sql", "A"},
                      {"2024-01-16-080000_c/up.sql", "C"}}),
            expected);
  EXPECT_EQ(versions({{"0_init/migration.sql", "A"}, {"202401161200_b/migration.sql", "B"}}),
            (Texts{"0", "20240116120000"}));
}

TEST_F(MigrationFormEdges, AnOrderByNamesThatNumbersDoNotHave) {
  const std::vector<File> files = {{"20240115103000_a.sql", "-- migrate:up\nA"},
                                   {"20240116_b.sql", "-- migrate:up\nB"}};
  for (const char* form : {"dbmate", "supabase", "atlas"})
    expect_error(files, code::kBadFileName, form, R"({"form":")" + std::string(form) + R"("})");
  EXPECT_EQ(apply(files).size(), 2U);  // the native form goes by number
}

TEST_F(MigrationFormEdges, WithoutATransaction) {
  EXPECT_TRUE(needs_run({{"1_a.sql", "-- +goose no transaction\n-- +goose Up\nA"}}));
  EXPECT_TRUE(needs_run({{"1_a.sql", "-- no-transaction\nA"}}));
  EXPECT_TRUE(needs_run({{"1_a.up.sql", "-- no-transaction\nA"}}));
  EXPECT_TRUE(needs_run({{"1_a.up.sql", "-- morph:nontransactional\nA"}}));
  EXPECT_TRUE(needs_run({{"1_a.sql", "---- tern: disable-tx ----\nA"}}));
  EXPECT_TRUE(needs_run({{"000001.sql", "--! Previous: -\n--! Hash: sha1:1\n\n--! no-transaction\nA"}}));
  EXPECT_TRUE(needs_run({{"1_a.sql", "-- atlas:txmode none\n\nA"}}));
  EXPECT_TRUE(needs_run({{"V1__a.sql", "A"}, {"V1__a.sql.conf", "# x\nexecuteInTransaction = false\r\n"}}));
  EXPECT_TRUE(needs_run({{"V1__a.sql", "A; create unique index\n concurrently i ON t (a);"}}));
  EXPECT_TRUE(needs_run({{"V1__a.sql", "VACUUM"}}));
  EXPECT_TRUE(needs_run({{"V1__a.sql", "REINDEX DATABASE app"}}));
  EXPECT_TRUE(needs_run({{"1_a.up.sql", "CREATE INDEX CONCURRENTLY i ON t (a)"}}));
  EXPECT_TRUE(needs_run({{"20200101000001_a.autocommit.up.sql", "A"}}));
  EXPECT_TRUE(needs_run({{"1_a/up.sql", "A"}, {"1_a/metadata.toml", "run_in_transaction = false # why"}}));
  EXPECT_TRUE(needs_run({{"a.sql", "--liquibase formatted sql\n--changeset a:1 runInTransaction:false\nA"}}));
  // The tool would send both at once, which the server refuses.
  EXPECT_TRUE(needs_run({{"1_a.up.sql", "CREATE INDEX CONCURRENTLY i ON t (a); B"}}));
  EXPECT_FALSE(needs_run({{"V2__a.sql", "-- VACUUM\nSELECT 'VACUUM'"}}));
}

TEST_F(MigrationFormEdges, AnEmptyDownFileSaysThatThereIsNothingToUndo) {
  const std::vector<std::vector<File>> sources = {{{"1_a.up.sql", "A"}, {"1_a.down.sql", ""}},
                                                  {{"2_a/up.sql", "A"}, {"2_a/down.sql", "\n"}},
                                                  {{"3_a.sql", "-- +goose Up\nA\n-- +goose Down\n"}}};
  for (const std::vector<File>& files : sources) {
    apply(files);
    const TextRows rows = call("migrate_rollback", {});
    ASSERT_EQ(rows.size(), 1u);
    EXPECT_EQ(rows[0][2] + " " + rows[0][3], "rolled_back 0");
  }
}

TEST_F(MigrationFormEdges, Goose) {
  expect_error({{"1_a.sql", "-- +goose Up\nA"}, {"2_b.sql", "B"}}, code::kMigrationSyntax,
               "\"2_b.sql\", line 1: a statement in front of");
  expect_error({{"1_a.sql", "-- +goose Up\nA"}, {"2_b.sql", "-- nothing"}}, code::kMigrationSyntax,
               "has no \"-- +goose Up\"");
  expect_error({{"1_a.sql", "-- +goose Upp\nA"}}, code::kMigrationSyntax,
               "unknown annotation \"+goose UPP\"");
  expect_error({{"1_a.sql", "-- +goose Down\nA"}}, code::kMigrationSyntax, "line 1");
  expect_error({{"1_a.sql", "-- +goose Up\n-- +goose StatementBegin\nA"}}, code::kMigrationSyntax,
               "line 2: \"+goose StatementBegin\" without");
  expect_error({{"a.sql", "-- +goose Up\nA"}}, code::kBadFileName, "a.sql");
  expect_error({{"1_a.sql", "-- +goose Up\nA"}, {"00002_b.go", "package x"}}, code::kUnsupported,
               "00002_b.go");
  const std::string variable = "-- +goose Up\n-- +goose ENVSUB ON\nA ${NAME}\n-- +goose ENVSUB OFF\n";
  expect_error({{"1_a.sql", variable}}, code::kMigrationSyntax, "line 3: a variable of the environment");
  expect_error({{"1_a.sql", "-- +goose Up\n-- +goose ENVSUB ON\nA $HOME"}}, code::kMigrationSyntax, "line 3");
  EXPECT_EQ(
      apply({{"1_a.sql", variable}, {"2_b.sql", "-- +goose Up\n-- +goose ENVSUB ON\nB $1 $$x$$ $t$y$t$"}},
            R"({"vars":{"NAME":"x"}})")
          .size(),
      2u);
  EXPECT_EQ(host.effects()[0], "A x");
}

TEST_F(MigrationFormEdges, FlywayVersionsRepeatablesAndCallbacks) {
  const std::vector<File> files = {{"V1__a.sql", "A"},
                                   {"V1.2__b.sql", "B"},
                                   {"V1_10__c.sql", "C"},
                                   {"R__views.sql", "R"},
                                   {"beforeMigrate.sql", "FIRST"},
                                   {"afterMigrate__1.sql", "LAST"},
                                   {"afterMigrate__2.sql", "VERY_LAST"},
                                   {"beforeEachMigrate.sql", "EACH"},
                                   {"afterVersioned.sql", "VERSIONED"},
                                   {"afterInfo.sql", "INFO"},
                                   {"notes.sql", "NOTES"}};
  const TextRows rows = apply(files);
  Texts versions;
  for (const auto& row : rows) versions.push_back(row[0]);
  EXPECT_EQ(versions, Texts({"1", "1.2", "1.10", "R__views"}));
  EXPECT_EQ(host.effects(), Texts({"FIRST", "EACH", "A", "EACH", "B", "EACH", "C", "VERSIONED", "EACH", "R",
                                   "LAST", "VERY_LAST"}));
  ASSERT_EQ(host.notices.size(), 1u);
  EXPECT_NE(host.notices[0].find("\"afterInfo.sql\", \"notes.sql\""), std::string::npos);
  EXPECT_TRUE(apply(files).empty());
  EXPECT_EQ(host.effects().size(), 12u);
  EXPECT_EQ(recorded(0, "up_sql"), "A");
  const TextRows changed = apply({files[0], files[1], files[2], {"R__views.sql", "R2"}});
  ASSERT_EQ(changed.size(), 1u);
  EXPECT_EQ(changed[0][0], "R__views");
  expect_error({{"V1__a.sql", "A"}, {"V1.0__b.sql", "B"}}, code::kDuplicateVersion, "V1.0__b.sql");
  expect_error({{"V3__a.sql", "A"}, {"beforeEachMigrateStatement.sql", "B"}}, code::kUnsupported,
               "beforeEachMigrateStatement.sql");
  expect_error({{"V3__a.sql", "A"}, {"V3__a.sql.conf", "group=true"}}, code::kUnsupported, "line 1");
  expect_error({{"V3__a.sql", "A"}, {"V4__b.java", "x"}}, code::kUnsupported, "V4__b.java");
}

TEST_F(MigrationFormEdges, FlywayBaseline) {
  const std::vector<File> files = {{"V1__a.sql", "A"},
                                   {"V2__b.sql", "B"},
                                   {"B2__base.sql", "BASE"},
                                   {"B1__old.sql", "OLD"},
                                   {"V3__c.sql", "C"}};
  EXPECT_EQ(apply(files).size(), 2u);
  EXPECT_EQ(host.effects(), Texts({"BASE", "C"}));
  EXPECT_TRUE(apply(files).empty());
  for (const auto& row : status(files)) EXPECT_EQ(row[2], "applied");
}

TEST_F(MigrationFormEdges, FlywayBaselineIsLeftOutOnceSomethingIsApplied) {
  apply({{"V1__a.sql", "A"}});
  apply({{"V1__a.sql", "A"}, {"V2__b.sql", "B"}, {"B2__base.sql", "BASE"}});
  EXPECT_EQ(host.effects(), Texts({"A", "B"}));
}

TEST_F(MigrationFormEdges, RefineryRunsUInAnyOrder) {
  apply({{"V1__a.sql", "A"}, {"V5__b.sql", "B"}});
  apply({{"V1__a.sql", "A"}, {"V5__b.sql", "B"}, {"U3__c.sql", "C"}});
  EXPECT_EQ(host.effects(), Texts({"A", "B", "C"}));
  expect_error({{"V1__a.sql", "A"}, {"U1__a.sql", "UA"}, {"U9__b.sql", "B"}}, code::kMixedForms, "U9__b.sql");
}

TEST_F(MigrationFormEdges, TemplatesAndPlaceholders) {
  expect_error({{"1_a.sql", "A\n{{ template \"x.sql\" . }}\n---- create above / drop below ----\n"}},
               code::kMigrationSyntax, "line 2: a Go template: {{ template \"x.sql\" . }}");
  expect_error({{"20200101000001_a.postgres.up.sql", "{{if x}}A{{end}}"}}, code::kMigrationSyntax,
               "Go template");
  const std::string placed = "--! Previous: -\n--! Hash: sha1:1\n\nGRANT :ROLE_NAME x::INT ':TEXT';";
  expect_error({{"000001.sql", placed}}, code::kMigrationSyntax,
               "line 4: a placeholder without a value: :ROLE_NAME");
  apply({{"000001.sql", placed}}, R"({"vars":{"ROLE_NAME":"bob"}})");
  EXPECT_EQ(host.effects(), Texts({"GRANT bob x::INT ':TEXT'"}));
}

TEST_F(MigrationFormEdges, GraphileChainAndIncludes) {
  const auto commit = [](const std::string& previous, const std::string& hash, const std::string& body) {
    return "--! Previous: " + previous + "\n--! Hash: " + hash + "\n\n" + body;
  };
  expect_error(
      {{"committed/000001.sql", commit("-", "h1", "A")}, {"committed/000002.sql", commit("hx", "h2", "B")}},
      code::kMigrationSyntax, "\"committed/000002.sql\" does not follow");
  const auto includes = [&](const std::string& path) {
    return File{"committed/000001.sql", commit("-", "h1", "--!include " + path)};
  };
  for (const std::string path : {"../secret.sql", "/etc/passwd", "a/../../x.sql", "..\\x"})
    expect_error({includes(path)}, code::kMigrationSyntax, "leads out of the directory");
  expect_error({includes("none.sql")}, code::kMigrationSyntax, "there is no such file");
  expect_error({includes("a.sql"),
                {"fixtures/a.sql", "--!include b.sql\n"},
                {"fixtures/b.sql", "--! include a.sql\n"}},
               code::kMigrationSyntax, "includes itself");
  // Each file includes the next one twice: as deep as a bomb.
  std::vector<File> bomb = {includes("0.sql")};
  for (int i = 0; i < 40; ++i) {
    const std::string next = "--!include " + std::to_string(i + 1) + ".sql\n";
    bomb.push_back({"fixtures/" + std::to_string(i) + ".sql", std::string(4096, ' ') + "\n" + next + next});
  }
  bomb.push_back({"fixtures/40.sql", "A"});
  expect_error(bomb, code::kMigrationSyntax, "too large");
}

TEST_F(MigrationFormEdges, Popx) {
  expect_error({{"20200101000001_a.down.sql", "A"},
                {"20200101000002_b.postgres.up.sql", "B"},
                {"20200101000002_b.pg.up.sql", "B"}},
               code::kDuplicateVersion, "20200101000002_b.pg.up.sql");
}

TEST_F(MigrationFormEdges, Pairs) {
  expect_error({{"1_a.up.sql", "A"}, {"2_b.down.sql", "B"}}, code::kMigrationSyntax,
               "\"2_b.down.sql\" has no up file");
  expect_error({{"1_a.up.sql", "A"}, {"01_b.up.sql", "B"}}, code::kDuplicateVersion, "1");
  EXPECT_EQ(apply({{"1_a.up.sql", "-- migrate:up\nA"}}).size(), 1u);  // content first
}

TEST_F(MigrationFormEdges, Diesel) {
  expect_error({{"1_a/down.sql", "A"}}, code::kMigrationSyntax, "\"1_a\" has no up.sql");
  expect_error({{"first/up.sql", "A"}}, code::kBadFileName, "first/up.sql");
  expect_error({{"1_a/up.sql", "A"}, {"1_a/metadata.toml", "x = 1"}}, code::kUnsupported, "line 1");
}

TEST_F(MigrationFormEdges, Atlas) {
  expect_error({{"1_a.sql", "-- atlas:delimiter //\n\nA"}}, code::kUnsupported,
               "line 1: \"atlas:delimiter //\"");
  expect_error({{"1_a.sql", "-- atlas:import ../x\n\nA"}}, code::kUnsupported, "atlas:import");
  apply({{"1_a.sql", "A"},
         {"2_b.sql", "B"},
         {"3_base.sql", "-- atlas:checkpoint\n\nAB"},
         {"4_c.sql", "-- atlas:delimiter \\n\\n\n\nC;\n\n"}});
  EXPECT_EQ(host.effects(), Texts({"AB", "C"}));
}

TEST_F(MigrationFormEdges, DialectDirectories) {
  apply({{"db/postgres/1_a.sql", "A"}, {"db/sqlite/1_a.sql", "B"}});
  EXPECT_EQ(host.effects(), Texts({"A"}));
}

TEST_F(MigrationFormEdges, SubdirectoriesOfOthersAreNotEntered) {
  const TemporaryDirectory directory;
  std::filesystem::create_directories(directory.path() + "/archive");
  directory.write("archive/2_b.up.sql", "B");
  directory.write("1_a.sql", "A");
  call("migrate_apply", {Cell::text(directory.path())});
  EXPECT_EQ(host.effects(), Texts({"A"}));
}

const std::string kHead = "--liquibase formatted sql\n";

TEST_F(MigrationFormEdges, Liquibase) {
  const auto one = [](const std::string& attributes, const std::string& lines = "A") {
    return std::vector<File>{{"a.sql", kHead + "--changeset me:1 " + attributes + "\n" + lines}};
  };
  for (const std::string attribute :
       {"runAlways:true", "failOnError:false", "endDelimiter:$$", "endDelimiter:[;/]", "runWith:psql",
        "context:\"!prod\"", "labels:\"a and b\""})
    expect_error(one(attribute), code::kUnsupported, "\"a.sql\", line 2: \"" + attribute.substr(0, 5));
  expect_error(one("", "--precondition-sql-check expectedResult:0 SELECT 1\nA"), code::kUnsupported,
               "line 3");
  expect_error(one("colour:red"), code::kMigrationSyntax, "unknown attribute \"colour:red\"");
  expect_error({{"a.sql", kHead + "A\n--changeset me:1\nB"}}, code::kMigrationSyntax,
               "line 2: a statement in front");
  expect_error({{"a.sql", kHead + "--changeset me\nB"}}, code::kMigrationSyntax, "author:id");
  expect_error({{"a.sql", kHead + "--property name:x value:y\n--changeset me:1\nB"}}, code::kUnsupported,
               "line 2");
  expect_error({{"a.sql", kHead + "--changeset me:1\nA\n--changeset me:2\n\nSYNTAX"}}, "42601", "line 6");
  const std::string both = "context:dev,test labels:v1";
  const std::string source = json_source(one(both));
  EXPECT_EQ(status(one(both))[0][2], "pending");
  for (const std::string options : {R"({"env":"live"})", R"({"env":"dev"})", R"({"env":"v1"})"}) {
    EXPECT_TRUE(apply(one(both), options).empty()) << options;
    const TextRows rows = call("migrate_status", {Cell::text(source), Cell::text(options)});
    EXPECT_EQ(rows[0][2], "skipped") << options;
  }
  EXPECT_EQ(apply(one(both), R"({"env":["v1","dev"],"dry_run":true})")[0][2], "would_apply");
  EXPECT_EQ(apply(one(both), R"({"dry_run":true})")[0][2], "would_apply");
  expect_error(one("labels:a labels:b"), code::kUnsupported, "line 2: \"labels:b");
  EXPECT_TRUE(apply(one("dbms:!postgresql")).empty());
  EXPECT_TRUE(apply(one("ignore:true")).empty());
  EXPECT_EQ(apply(one("contextFilter:\"dev or test\" splitStatements:false stripComments:false dbms:\"h2, "
                      "postgresql\""),
                  R"({"env":"test"})")
                .size(),
            1u);
}

TEST(EndDelimiter, IsReplacedWhereTheToolDivides) {
  const auto replaced = [](std::string_view expression, std::string_view text) {
    const auto delimiter = EndDelimiter::read(expression);
    return delimiter ? delimiter->replaced(text, sql::Rules::postgresql) : "refused";
  };
  EXPECT_EQ(replaced("/", "a/b\n/\nc '\n/\n' /* \n/\n*/\n/"), "a/b\n;\nc '\n/\n' /* \n/\n*/\n;");
  EXPECT_EQ(replaced("\\n/", "a/b\n/\nc"), "a/b\n;\nc");
  EXPECT_EQ(replaced("//", "a // b//\n-- //\nc '//'"), "a ;  b; \n-- //\nc '//'");
  EXPECT_EQ(replaced("\\/\\/", "a //"), "a ; ");
  EXPECT_EQ(replaced("^//$", "a //\n//\nb"), "a //\n; \nb");
  EXPECT_EQ(replaced("GO", "a go\nGo \nb AS go\n go"), "a go\n;  \nb AS go\n ; ");
  EXPECT_EQ(replaced("\\nGO\\s*$", "a\nGO\nb"), "a\n; \nb");
  EXPECT_EQ(replaced("@@", "a@@b @@@@"), "a; b ; ; ");
  EXPECT_EQ(replaced("|", "a | b"), "a ; b");
  EXPECT_EQ(replaced("\\|", "a | b"), "a ; b");
  for (const std::string plain : {";", "\\n;", "\\n", ";\\s*$"})
    EXPECT_EQ(replaced(plain, "a\n/\nb;"), "a\n/\nb;") << plain;
  for (const std::string other : {"$$", "$", "\\$\\$", "[;/]", "/|GO", ".", "a1", "", "--", "^", "\\"}) {
    const std::string result = replaced(other, "");
    EXPECT_EQ(result, other == "." || other == "^" ? "" : "refused") << other;
  }
}

TEST_F(MigrationFormEdges, LiquibaseDelimiters) {
  const auto files = [](const std::string& attributes) {
    return std::vector<File>{{"a.sql", kHead + "--changeset me:1 " + attributes +
                                           "\nA\n/\nA2;\n/\n--rollback UA2\n--rollback /\n--rollback UA\n"}};
  };
  apply(files("endDelimiter:/"));
  rollback();
  EXPECT_EQ(host.effects(), Texts({"A", "A2", "UA2", "UA"}));
  EXPECT_EQ(apply(files("endDelimiter:/"), R"({"dry_run":true})")[0][3], "2");
  const std::string whole = "--changeset me:2 endDelimiter:/ splitStatements:false\nA\n/\nA2";
  EXPECT_EQ(apply({{"b.sql", kHead + whole}}, R"({"dry_run":true})")[0][3], "1");
  expect_error({{"a.sql", kHead + "--changeset me:1 endDelimiter:/\nA\n/\n\nSYNTAX\n/"}}, "42601", "line 6");
}

TEST_F(MigrationFormEdges, LiquibaseVersions) {
  const auto versions = [this](const std::vector<File>& files) {
    Texts result;
    for (const auto& row : status(files)) result.push_back(row[0] + " " + row[1]);
    return result;
  };
  const std::string named =
      kHead +
      "--changeset me:users\nA\n--changeset me:roles runOnChange:true\n--comment why\nB\n--rollback empty\n";
  EXPECT_EQ(versions({{"db/b.sql", named}, {"db/a.sql", kHead + "--changeset me:7\nA\n--changeset me:9\nA"}}),
            Texts({"1.7 me:7", "1.9 me:9", "2.1 me:users", "2.2 me:roles why"}));
  EXPECT_EQ(versions({{"010-x.sql", named}, {"002-y.sql", kHead + "--changeset me:1\nA"}}),
            Texts({"002.1 me:1", "010.1 me:users", "010.2 me:roles why"}));
  const std::vector<File> repeatable = {{"a.sql", named}};
  apply(repeatable);
  EXPECT_EQ(recorded(1, "down_sql"), "-- nothing to undo\n");
  EXPECT_EQ(recorded(1, "file"), "a.sql::roles::me");
}

std::vector<File> sqitch(const std::string& plan, const std::vector<std::string>& scripts) {
  std::vector<File> files = {{"sqitch.plan", "%project=app\n" + plan}};
  for (const std::string& name : scripts) files.push_back({"deploy/" + name + ".sql", name});
  return files;
}

TEST_F(MigrationFormEdges, SqitchPlan) {
  const std::string who = "Z A <a@b>\n";
  const std::string one = "a 2021-01-01T00:00:00" + who;
  expect_error(sqitch(one, {}), code::kFile, "change \"a\" has no file \"deploy/a.sql\"");
  expect_error(sqitch(one + "b [x] 2021-01-01T00:00:01" + who, {"a", "b"}), code::kRequirement,
               "line 3: change \"b\" requires \"x\"");
  expect_error(sqitch(one + "b [!a] 2021-01-01T00:00:01" + who, {"a", "b"}), code::kRequirement,
               "conflicts with \"a\"");
  expect_error(sqitch(one + "b [other:x] 2021-01-01T00:00:01" + who, {"a", "b"}), code::kUnsupported,
               "another project");
  expect_error(sqitch(one + one, {"a"}), code::kMigrationSyntax, "without a tag between");
  expect_error(sqitch("../a 2021-01-01T00:00:00" + who, {}), code::kMigrationSyntax, "cannot be the name");
  expect_error(sqitch("a\n", {"a"}), code::kMigrationSyntax, "planned time");
  expect_error(sqitch("-a 2021-01-01T00:00:00" + who, {"a"}), code::kUnsupported, "revert in the plan");
  EXPECT_EQ(apply_error({{"sqitch.plan", one}, {"deploy/a.sql", "A\n\\set x 1\n"}}).code,
            code::kClientCommand);
  expect_error({{"sqitch.plan", one}, {"deploy/a.sql", "A\nB :\"name\";"}}, code::kMigrationSyntax,
               "line 2: a variable of psql: :\"name\"");
}

TEST_F(MigrationFormEdges, SqitchReworkAndTimesThatDoNotRise) {
  const std::string plan =
      "a 2021-01-01T00:00:05Z A <a@b>\nb 2021-01-01T00:00:01Z A <a@b>\n@v1 2021-01-01T00:00:06Z A <a@b>\n"
      "@v2 2021-01-01T00:00:06Z A <a@b>\na [a@v1 !x app:b] 2021-01-01T00:00:05Z A <a@b>\n+dir/c "
      "2021-01-01T00:00:07Z A <a@b>\n";
  const TextRows rows = apply(sqitch(plan, {"a@v1", "b", "a", "dir/c"}));
  Texts shown;
  for (const auto& row : rows) shown.push_back(row[0] + " " + row[1]);
  EXPECT_EQ(shown, Texts({"20210101000005 a@v1", "20210101000005.1 b", "20210101000005.2 a",
                          "20210101000007 dir/c"}));
  EXPECT_EQ(host.effects(), Texts({"a@v1", "b", "a", "dir/c"}));
}

TEST_F(MigrationFormEdges, SqitchReworkBehindSeveralTags) {
  const std::string when = " 2021-01-01T00:00:00Z A <a@b>\n";
  const std::string plan = "a" + when + "@v1" + when + "b" + when + "@v2" + when + "@v3" + when + "a" + when +
                           "@v4" + when + "a" + when;
  for (const std::string first : {"a@v2", "a@v3", "a@v1"}) {
    apply(sqitch(plan, {first, "b", "a@v4", "a"}));
    EXPECT_EQ(host.effects(), Texts({first, "b", "a@v4", "a"}));
    host = FakeHost();
  }
  apply(sqitch(plan, {"a@v1", "a@v2", "a@v3", "b", "a@v4", "a"}));
  EXPECT_EQ(host.effects(), Texts({"a@v2", "b", "a@v4", "a"}));
  expect_error(sqitch(plan, {"b", "a@v4", "a"}), code::kFile, "no file \"deploy/a@v2.sql\"");
}

TEST_F(MigrationFormEdges, SqitchVerifyFailsTheMigrationAndLeavesNothing) {
  const std::string plan = "%project=app\na 2021-01-01T00:00:00Z A <a@b>\n";
  const std::vector<File> files = {
      {"sqitch.plan", plan}, {"deploy/a.sql", "A"}, {"verify/a.sql", "LOOK; FAIL 22012 division by zero"}};
  expect_error(files, "22012", "\"verify/a.sql\", line 1");
  EXPECT_TRUE(host.effects().empty());
}

TEST_F(MigrationFormEdges, ALongPlan) {
  std::string plan = "%project=app\n";
  std::vector<File> files;
  for (int i = 0; i < 3000; ++i) {
    const std::string name = "c" + std::to_string(i);
    plan += name + (i == 0 ? "" : " [c" + std::to_string(i - 1) + "]") + " 2021-01-01T00:00:00Z A <a@b>\n";
    files.push_back({"deploy/" + name + ".sql", name});
  }
  files.push_back({"sqitch.plan", plan});
  EXPECT_EQ(status(files).size(), 3000u);
}

}  // namespace
}  // namespace whimbrel::fake
