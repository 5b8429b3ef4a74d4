#include <sys/stat.h>
#include <unistd.h>

#include "common/migration/source.h"
#include "test/core/migration_fixture.h"

namespace whimbrel::fake {
namespace {

using Texts = std::vector<std::string>;

class MigrationSource : public MigrationTest {
 protected:
  TextRows apply_text(std::string_view source) { return call("migrate_apply", {Cell::text(source)}); }
  Error text_error(std::string_view source) { return error_of("migrate_apply", {Cell::text(source)}); }
  TextRows add(std::string_view version, std::string_view description, std::string_view up,
               std::string_view down = {}) {
    return call("migrate_add", {Cell::text(version), Cell::text(description), Cell::text(up),
                                down.empty() ? Cell() : Cell::text(down)});
  }
  Error add_error(std::string_view version, std::string_view up, std::string_view down = {}) {
    return error_of("migrate_add",
                    {Cell::text(version), Cell(), Cell::text(up), down.empty() ? Cell() : Cell::text(down)});
  }
};

TEST_F(MigrationSource, Directory) {
  const TemporaryDirectory directory;
  directory.write("002_b.sql", "B");
  directory.write("001_a.sql", "A");
  directory.write("README.md", "not SQL");
  directory.write(".hidden.sql", "no");
  std::filesystem::create_directory(directory.path() + "/003_directory.sql");
  std::filesystem::create_symlink(directory.path() + "/README.md", directory.path() + "/003_link.sql");
  ASSERT_EQ(mkfifo((directory.path() + "/004_pipe.sql").c_str(), 0600), 0);
  std::filesystem::create_symlink(directory.path() + "/004_pipe.sql", directory.path() + "/005_pipe.sql");
  EXPECT_EQ(apply_text(directory.path()).size(), 3u);
  EXPECT_EQ(host.effects(), Texts({"A", "B", "not SQL"}));
}

// Files around the sizes of the buffer that they are read by and of what is read at once, in any order. Two
// bytes come to each.
TEST_F(MigrationSource, FilesOfAnySize) {
  const TemporaryDirectory directory;
  Texts texts;
  for (const std::size_t size :
       {0, 1, 2045, 2046, 2047, 4094, 65533, 65534, 65535, 65536, 131070, 300000, 5}) {
    const std::string number = std::to_string(texts.size() + 10);
    std::string text = number + std::string(size, 'x');
    directory.write(number + "_n.sql", text);
    texts.push_back(std::move(text));
  }
  EXPECT_EQ(apply_text(directory.path()).size(), texts.size());
  EXPECT_EQ(host.effects(), texts);
  EXPECT_TRUE(apply_text(directory.path()).empty());  // the same bytes again
}

TEST_F(MigrationSource, DirectoryThatCannotBeRead) {
  const TemporaryDirectory directory;
  const std::string missing = directory.path() + "/missing";
  const Error error = text_error(missing);
  EXPECT_EQ(error.code, code::kFile);
  EXPECT_EQ(error.message, "cannot open directory \"" + missing + "\": No such file or directory");
  std::filesystem::create_symlink("nowhere", directory.path() + "/001_broken.sql");
  EXPECT_EQ(text_error(directory.path()).message,
            "cannot read file \"" + directory.path() + "/001_broken.sql\": No such file or directory");
  EXPECT_EQ(text_error("").code, code::kInvalidArgument);
  EXPECT_EQ(text_error(std::string_view("/tmp\0x", 6)).code, code::kInvalidArgument);
}

TEST_F(MigrationSource, ManyFiles) {
  constexpr int kMany = 1500;  // enough for a second thread
  const TemporaryDirectory directory;
  std::vector<std::string> expected;
  for (int i = 1; i <= kMany; ++i) {
    expected.push_back("STEP " + std::to_string(i));
    directory.write(std::to_string(i) + "_n.sql", expected.back());
  }
  EXPECT_EQ(apply_text(directory.path()).size(), expected.size());
  EXPECT_EQ(host.effects(), expected);
  EXPECT_TRUE(apply_text(directory.path()).empty());
  std::filesystem::create_symlink("nowhere", directory.path() + "/9_broken.sql");
  EXPECT_EQ(text_error(directory.path()).message,
            "cannot read file \"" + directory.path() + "/9_broken.sql\": No such file or directory");
}

TEST_F(MigrationSource, AReadingThatNobodyFinishes) {
  const TemporaryDirectory directory;
  constexpr std::size_t kMany = 700;  // enough for a second thread
  for (std::size_t i = 1; i <= kMany; ++i) directory.write(std::to_string(i) + "_n.sql", "N");
  const std::string path = directory.path();
  const Cell argument = Cell::text(path);
  const std::optional<std::string> any_form;
  for (int i = 0; i < 20; ++i) {
    const SourceReading reading(host, argument, any_form);
    EXPECT_EQ(reading.expected(), kMany);
  }
}

TEST_F(MigrationSource, AccessIsAskedBeforeTheDirectoryIsLookedAt) {
  host.refused_path = "/nowhere/at/all";
  EXPECT_EQ(text_error("/nowhere/at/all").code, "42501");
}

TEST_F(MigrationSource, AFileThatIsTooLarge) {
  const TemporaryDirectory directory;
  directory.write("001_large.sql", "");
  std::filesystem::resize_file(directory.path() + "/001_large.sql", std::uintmax_t{1} << 40);
  EXPECT_EQ(text_error(directory.path()).code, code::kFile);
}

TEST_F(MigrationSource, BadFileNames) {
  const Error error = apply_error({{"init.sql", "A"}});
  EXPECT_EQ(error.code, code::kBadFileName);
  EXPECT_EQ(error.message, "migration file \"init.sql\" has no version in its name");
  EXPECT_EQ(apply_error({{"001_init", "A"}}).code, code::kBadFileName);
  EXPECT_TRUE(apply({{"README.md", "A"}}).empty());
  EXPECT_EQ(apply({{"migrations/001_init.sql", "A"}}).size(), 1u);
}

TEST_F(MigrationSource, JsonThatIsNoSource) {
  for (const std::string_view source :
       {R"([1])", R"([{"name":"1_a.sql"}])", R"([{"sql":"A"}])", R"([{"name":"1_a.sql","sql":1}])",
        R"([{"name":"1_a.sql","sql":"A","x":1}])", R"([{"name":"1_a.sql","name":"1_a.sql","sql":"A"}])"}) {
    EXPECT_EQ(text_error(source).code, code::kInvalidArgument) << source;
  }
  EXPECT_EQ(text_error(R"([{"name":"1_a.sql","sql":"A"})").code, code::kInvalidJson);
  EXPECT_EQ(text_error(R"([] x)").code, code::kInvalidJson);
  EXPECT_EQ(text_error(R"([{"name":"1_a.sql","sql":"A\u0000"}])").code, code::kInvalidText);
  EXPECT_TRUE(apply_text(" \n[]").empty());
}

TEST_F(MigrationSource, RegisteredMigrations) {
  EXPECT_TRUE(call("migrate_apply", {}).empty());
  EXPECT_EQ(add("2", "second", "B", "undo_b"), (TextRows{{"2"}}));
  add("1", "first", "A;\n");
  EXPECT_EQ(call("migrate_apply", {}), (TextRows{{"1", "first", "applied", "1", "1", "time", "NULL"},
                                                 {"2", "second", "applied", "1", "1", "time", "NULL"}}));
  EXPECT_TRUE(call("migrate_apply", {}).empty());
  rollback();
  EXPECT_EQ(host.effects(), Texts({"A", "B", "undo_b"}));
  EXPECT_EQ(call("migrate_status", {})[1][2], "pending");
}

TEST_F(MigrationSource, RegisteringAWholeFile) {
  add("1", "", "-- Description: From the header\n-- migrate:up\nA;\n-- migrate:down\nB;\n");
  EXPECT_EQ(call("migrate_apply", {})[0][1], "From the header");
  EXPECT_EQ(recorded(0, "down_sql"), "B;\n");
  EXPECT_EQ(add_error("2", "-- migrate:up\nA;\n-- migrate:down\nB;\n", "C").code, code::kMigrationSyntax);
}

TEST_F(MigrationSource, RegisteringTwice) {
  add("1", "x", "A");
  EXPECT_EQ(add("1", "x", "A"), (TextRows{{"1"}}));
  EXPECT_EQ(add_error("1", "B").code, code::kDuplicateVersion);
  EXPECT_EQ(add_error("001", "A").code, code::kDuplicateVersion);
  EXPECT_EQ(host.log().size(), 1u);
}

TEST_F(MigrationSource, WhatCannotBeRegistered) {
  EXPECT_EQ(add_error("x1", "A").code, code::kInvalidArgument);
  EXPECT_EQ(add_error("1", " \n").code, code::kInvalidArgument);
  EXPECT_EQ(add_error("1", "A;\nSYNTAX").message,
            "migration \"1\", line 2: syntax error at or near \"SYNTAX\"");
  EXPECT_EQ(add_error("1", "A", "SYNTAX").message,
            "down part of migration \"1\", line 1: syntax error at or near \"SYNTAX\"");
  EXPECT_EQ(add_error("1", "A; COMMIT").code, code::kTransactionControl);
  EXPECT_EQ(error_of("migrate_add", {Cell(), Cell(), Cell::text("A")}).code, code::kInvalidArgument);
  EXPECT_EQ(
      error_of("migrate_add", {Cell::text("1"), Cell(), Cell::text("A"), Cell(), Cell::text(R"({"x":1})")})
          .code,
      code::kInvalidOption);
}

TEST_F(MigrationSource, StoredTexts) {
  add("2", "", "B", "undo_b");
  apply({{"1_a.sql", "-- migrate:up\nA;\n-- migrate:down\nundo_a;\n"}});
  const auto sql = [this](std::string_view version, std::string_view direction) {
    return call("migrate_sql", {Cell::text(version), Cell::text(direction)}).at(0).at(0);
  };
  EXPECT_EQ(sql("001", "up"), "A;\n");
  EXPECT_EQ(sql("1", "down"), "undo_a;\n");
  EXPECT_EQ(sql("2", "up"), "B");
  EXPECT_EQ(sql("2", "down"), "undo_b");
  EXPECT_EQ(error_of("migrate_sql", {Cell::text("3")}).code, code::kUnknownVersion);
  EXPECT_EQ(error_of("migrate_sql", {Cell::text("1"), Cell::text("left")}).code, code::kInvalidArgument);
}

}  // namespace
}  // namespace whimbrel::fake
