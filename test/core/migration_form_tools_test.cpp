// The same migrations in the form of each tool must give the same plan: the same statements in the same
// order, and the same undo.
#include <algorithm>

#include "test/core/migration_fixture.h"

namespace whimbrel::fake {
namespace {

using Texts = std::vector<std::string>;

struct ToolFiles {
  std::string tool;
  std::vector<File> files;
  bool undo = true;
  Texts versions = {"1", "2", "10"};
};

void PrintTo(const ToolFiles& files, std::ostream* out) { *out << files.tool; }

const std::string kPlan =
    "%syntax-version=1.0.0\n%project=app\n\n"
    "zeta 2021-04-01T12:00:01Z A <a@b> # first\n"
    "alpha [zeta] 2021-04-01T12:00:02Z A <a@b>\n"
    "@v1 2021-04-01T12:00:03Z A <a@b>\n"
    "mid [alpha zeta@v1] 2021-04-01T12:00:10Z A <a@b> # last\\nof all\n";

const std::vector<ToolFiles> kTools = {
    {"native",
     {{"10_c.sql", "-- migrate:up\nC;\n-- migrate:down\nUC;\n"},
      {"1_a.sql", "-- migrate:up\nA;\nA2;\n-- migrate:down\nUA;\n"},
      {"2_b.sql", "-- migrate:up\nB;\n-- migrate:down\nUB;\n"}}},
    {"goose",
     {{"00010_c.sql", "-- +goose Up\nC;\n-- +goose Down\nUC;\n"},
      {"00001_a.sql",
       "\xEF\xBB\xBF-- +goose Up\r\n-- +goose StatementBegin\r\nA;\nA2;\n-- +goose StatementEnd\n-- +goose "
       "down\nUA;\n"},
      {"00002_b.sql", "-- a comment\n-- +GOOSE UP\nB;\n--+goose Down\nUB;\n"}},
     true,
     {"00001", "00002", "00010"}},
    {"golang-migrate",
     {{"10_c.up..sql", "C"},
      {"10_c.down.sql", "UC"},
      {"000001_a.up.sql", "A; A2"},
      {"1_a.down.sql", "UA"},
      {"000002_b.up.sql", "B;"},
      {"000002_b.down.sql", "UB"}},
     true,
     {"000001", "000002", "10"}},
    {"flyway",
     {{"sql/V10__c.sql", "C"},
      {"sql/V1__a.sql", "A; A2"},
      {"sql/sub/V2__b.sql", "B;"},
      {"U1__a.sql", "UA"},
      {"U2__b.sql", "UB"},
      {"U10__c.sql", "UC"}}},
    {"sqlx",
     {{"10_c.up.sql", "C"},
      {"10_c.down.sql", "UC"},
      {"1_a.up.sql", "A; A2"},
      {"1_a.down.sql", "UA"},
      {"2_b.up.sql", "B;"},
      {"2_b.down.sql", "UB"},
      {"ignored.sql", "X"}}},
    {"tern",
     {{"001_a.sql", "A; A2\n---- create above / drop below ----\nUA"},
      {"002_b.sql", "B;\n---- create above / drop below ----\nUB"},
      {"010_c.sql", "C;\n---- create above / drop below ----\nUC"}},
     true,
     {"001", "002", "010"}},
    {"graphile-migrate",
     {{"committed/000001-a.sql", "--! Previous: -\n--! Hash: sha1:1\n--! Message: a\n\nA; --!x\nA2"},
      {"committed/000002.sql", "--! Previous: sha1:1\n--! Hash: sha1:2\n\n--!include dir/b.sql\n"},
      {"committed/000010-c.sql", "--! Previous: sha1:2\n--! Hash: sha1:3\n\nC"},
      {"fixtures/dir/b.sql", "B;"},
      {"current.sql", "X"}},
     false,
     {"000001", "000002", "000010"}},
    {"sqitch",
     {{"db/sqitch.plan", kPlan},
      {"db/deploy/zeta.sql", "-- Deploy zeta\nBEGIN;\nA;\nA2;\nCOMMIT;\n"},
      {"db/revert/zeta.sql", "BEGIN;\nUA;\nCOMMIT;\n"},
      {"db/deploy/alpha.sql", "B"},
      {"db/revert/alpha.sql", "UB"},
      {"db/deploy/mid.sql", "C"},
      {"db/revert/mid.sql", "UC"},
      {"db/verify/mid.sql", "BEGIN; VERIFYING; ROLLBACK;"}},
     true,
     {"20210401120001", "20210401120002", "20210401120010"}},
    {"supabase", {{"1_a.sql", "A; A2"}, {"2_b.sql", "B;"}, {"10_c.sql", "C"}, {"seed.sql", "X"}}, false},
    {"atlas",
     {{"atlas.sum", "h1:x\n"}, {"1_a.sql", "-- atlas:nolint\n\nA; A2"}, {"2_b.sql", "B;"}, {"10.sql", "C"}},
     false},
    {"liquibase",
     {{"changelog.sql",
       "--liquibase formatted sql\n\n--changeset al:1\n--comment: the first\nA;\nA2;\n--rollback UA;\n\n"
       "-- changeset \"al b\":2 labels:\"\" dbms:postgresql\nB\n/* liquibase rollback\nUB;\n*/\n"
       "--changeset al:5 dbms:mysql\nX;\n--changeset al:10 splitStatements:false\nC;\n--rollback UC\n"}},
     true,
     {"1.1", "1.2", "1.10"}},
    {"refinery", {{"V1__a.sql", "A; A2"}, {"U2__b.sql", "B;"}, {"V10__c.sql", "C"}}, false},
    {"diesel",
     {{"m/2020-01-01-000001_a/up.sql", "A; A2"},
      {"m/2020-01-01-000001_a/down.sql", "UA"},
      {"m/2020-01-01-000002_b/up.sql", "B;"},
      {"m/2020-01-01-000002_b/down.sql", "UB"},
      {"m/2020-01-01-000010_c/up.sql", "C"},
      {"m/2020-01-01-000010_c/down.sql", "UC"}},
     true,
     {"20200101000001", "20200101000002", "20200101000010"}},
    {"prisma",
     {{"migration_lock.toml", "provider = x"},
      {"20200101000002_b/migration.sql", "B;"},
      {"20200101000001_a/migration.sql", "A; A2"},
      {"20200101000002_c/migration.sql", "C"}},
     false,
     {"20200101000001", "20200101000002", "20200101000002.1"}},
    {"popx",
     {{"20200101000001_a.up.sql", "X"},
      {"20200101000001_a.down.sql", "UA"},
      {"20200101000001_a.postgres.up.sql", "A; A2"},
      {"20200101000001_a.sqlite3.up.sql", "X"},
      {"20200101000002_b.up.sql", "B"},
      {"20200101000002_b.postgres.down.sql", "UB"},
      {"20200101000003_m.mysql.up.sql", "X"},
      {"20200101000003_m.down.sql", "X"},
      {"20200101000010_c.up.sql", "C"},
      {"20200101000010_c.down.sql", "UC"}},
     true,
     {"20200101000001", "20200101000002", "20200101000010"}},
    {"morph",
     {{"postgres/000001_a.up.sql", "A; A2"},
      {"postgres/000001_a.down.sql", "UA"},
      {"postgres/000002_b.up.sql", "B"},
      {"postgres/000002_b.down.sql", "UB"},
      {"postgres/000010_c.up.sql", "C"},
      {"postgres/000010_c.down.sql", "UC"},
      {"mysql/000001_a.up.sql", "X"}},
     true,
     {"000001", "000002", "000010"}},
    {"authelia",
     {{"V0001.a.up.sql", "A; A2"},
      {"V0001.a.down.sql", "UA"},
      {"V0002.b.all.up.sql", "X"},
      {"V0002.b.postgres.up.sql", "B"},
      {"V0002.b.mysql.up.sql", "X"},
      {"V0002.b.all.down.sql", "UB"},
      {"V0003.m.sqlite.up.sql", "X"},
      {"V0003.m.all.down.sql", "X"},
      {"V0010.c.up.sql", "C"},
      {"V0010.c.down.sql", "UC"}},
     true,
     {"0001", "0002", "0010"}},
    {"postgrator",
     {{"001.do.a.sql", "A; A2"},
      {"001.undo.a.sql", "UA"},
      {"2.do.sql", "B"},
      {"2.undo.sql", "UB"},
      {"010.do.c.sql", "C"},
      {"010.undo.c.sql", "UC"}},
     true,
     {"001", "2", "010"}},
    {"dbmate",
     {{"1-a.sql", "-- migrate:up\nA; A2;\n-- migrate:down\nUA"},
      {"2.sql", "-- migrate:up\nB;\n-- migrate:down\nUB"},
      {"10_c.sql", "-- migrate:up\nC;\n-- migrate:down\nUC"}}},
};

// Those that only the option tells from others.
bool needs_option(const std::string& tool) {
  return tool == "sqlx" || tool == "supabase" || tool == "morph" || tool == "dbmate";
}

class MigrationFormTools : public MigrationTest, public ::testing::WithParamInterface<ToolFiles> {
 protected:
  void check(const std::vector<File>& files, const std::string& options) {
    const TextRows rows = apply(files, options);
    Texts versions;
    for (const auto& row : rows) versions.push_back(row[0]);
    EXPECT_EQ(versions, GetParam().versions);
    EXPECT_EQ(host.effects(), Texts({"A", "A2", "B", "C"}));
    EXPECT_TRUE(apply(files, options).empty());
    if (!GetParam().undo) return;
    rollback(R"({"steps": 3})");
    EXPECT_EQ(host.effects(), Texts({"A", "A2", "B", "C", "UC", "UB", "UA"}));
  }
};

TEST_P(MigrationFormTools, TheSamePlan) {
  check(GetParam().files, needs_option(GetParam().tool) ? R"({"form":")" + GetParam().tool + "\"}" : "{}");
}

TEST_P(MigrationFormTools, InAnyOrderAndWithTheFormNamed) {
  std::vector<File> files = GetParam().files;
  std::reverse(files.begin(), files.end());
  check(files, R"({"form":")" + GetParam().tool + "\"}");
}

TEST_P(MigrationFormTools, FromADirectory) {
  const TemporaryDirectory directory;
  for (const File& file : GetParam().files) {
    const std::filesystem::path path = directory.path() + "/" + file.name;
    std::filesystem::create_directories(path.parent_path());
    directory.write(file.name, file.sql);
  }
  const std::string options = needs_option(GetParam().tool) ? R"({"form":")" + GetParam().tool + "\"}" : "{}";
  const std::string path = directory.path() + (GetParam().tool == "sqitch" ? "/db" : "");
  call("migrate_apply", {Cell::text(path), Cell::text(options)});
  EXPECT_EQ(host.effects(), Texts({"A", "A2", "B", "C"}));
}

INSTANTIATE_TEST_SUITE_P(All, MigrationFormTools, ::testing::ValuesIn(kTools), [](const auto& info) {
  std::string name = info.param.tool;
  std::erase(name, '-');
  return name;
});

}  // namespace
}  // namespace whimbrel::fake
