#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "common/error.h"
#include "common/file/sink.h"
#include "common/file/source.h"

namespace whimbrel {
namespace {

namespace fs = std::filesystem;

class FileTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "whimbrel-file-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    directory_ = name;
  }
  void TearDown() override { fs::remove_all(directory_); }

  std::string path(std::string_view name) const { return (directory_ / name).string(); }
  static std::string content(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  static void put(const std::string& path, std::string_view text) {
    std::ofstream(path, std::ios::binary) << text;
  }
  std::size_t entries() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(directory_), fs::directory_iterator()));
  }
  template <typename Action>
  static std::string refusal(Action&& action) {
    try {
      action();
    } catch (const Error& error) {
      EXPECT_EQ(error.code, code::kFile);
      return error.message;
    }
    return "it was not refused";
  }

  fs::path directory_;
};

TEST_F(FileTest, AppearsOnlyWhenComplete) {
  {
    AtomicFile file(path("a.json"));
    file.write("abc");
    EXPECT_EQ(entries(), 0U);
    file.commit();
  }
  EXPECT_EQ(content(path("a.json")), "abc");
  EXPECT_EQ(entries(), 1U);
}

TEST_F(FileTest, TheModeThatIsAskedForHoldsUnderAnyUmask) {
  const mode_t before = ::umask(0077);
  {
    AtomicFile asked(path("asked.json"), {}, 0644);
    asked.commit();
    AtomicFile masked(path("masked.json"));
    masked.commit();
  }
  ::umask(before);
  EXPECT_EQ(fs::status(path("asked.json")).permissions(), fs::perms(0644));
  EXPECT_EQ(fs::status(path("masked.json")).permissions(), fs::perms(0600));
}

TEST_F(FileTest, NothingStaysWithoutCommit) {
  {
    AtomicFile file(path("a.json"));
    file.write("abc");
  }
  EXPECT_EQ(entries(), 0U);
  put(path("b.json"), "old");
  {
    AtomicFile file(path("b.json"));
    file.write("new");
  }
  EXPECT_EQ(content(path("b.json")), "old");
}

TEST_F(FileTest, NothingStaysAfterAKill) {
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    AtomicFile file(path("a.json"));
    file.write(std::string(1 << 20, 'x'));
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(entries(), 0U);
}

// A limit on the size of files stands for a full disk.
TEST_F(FileTest, NothingStaysWhenThereIsNoRoom) {
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{4096, 4096};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    int result = 1;
    try {
      AtomicFile file(path("a.json"));
      file.write(std::string(1 << 20, 'x'));
    } catch (const Error& error) {
      result = error.code == code::kFile && error.message.find("a.json") != std::string::npos ? 0 : 2;
    }
    ::_exit(result);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
  EXPECT_EQ(entries(), 0U);
}

TEST_F(FileTest, ReplacesAndKeepsPermissions) {
  put(path("a.json"), "old");
  ::chmod(path("a.json").c_str(), 0640);
  fs::create_symlink(path("a.json"), path("link.json"));
  AtomicFile file(path("link.json"));
  file.write("new");
  file.commit();
  EXPECT_EQ(content(path("a.json")), "new");
  EXPECT_TRUE(fs::is_symlink(path("link.json")));
  struct stat status {};
  ASSERT_EQ(::stat(path("a.json").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0640U);
  EXPECT_EQ(entries(), 2U);
}

TEST_F(FileTest, CanBeTruncated) {
  AtomicFile file(path("a.json"));
  file.write("abcdef");
  file.truncate(2);
  EXPECT_EQ(file.offset(), 2U);
  file.write("X");
  file.commit();
  EXPECT_EQ(content(path("a.json")), "abX");
}

TEST_F(FileTest, RefusesWhatItMustNotReplace) {
  put(path("app.db"), "data");
  fs::create_hard_link(path("app.db"), path("other.json"));
  EXPECT_NE(
      refusal([&] { AtomicFile file(path("other.json"), path("app.db")); }).find("it is the database itself"),
      std::string::npos);
  EXPECT_NE(refusal([&] { AtomicFile file(directory_.string()); }).find("it is a directory"),
            std::string::npos);
  EXPECT_NE(refusal([&] { AtomicFile file("/dev/null"); }).find("it is not a regular file"),
            std::string::npos);
  const std::string missing = path("no/a.json");
  EXPECT_EQ(refusal([&] { AtomicFile file(missing); }),
            "cannot write file \"" + missing + "\": No such file or directory");
}

TEST_F(FileTest, ReadsFromAnyPlace) {
  put(path("a.json"), "0123456789");
  const File file(path("a.json"));
  EXPECT_EQ(file.size(), 10U);
  StoredSource first(file);
  StoredSource second(file, 7);
  char buffer[16];
  EXPECT_EQ(second.read(buffer, sizeof buffer), 3U);
  EXPECT_EQ(first.read(buffer, 4), 4U);
  EXPECT_EQ(std::string(buffer, 4), "0123");
  first.seek(9);
  EXPECT_EQ(first.read(buffer, 4), 1U);
  EXPECT_EQ(first.read(buffer, 4), 0U);
}

TEST_F(FileTest, RefusesToReadWhatIsNoFile) {
  EXPECT_NE(refusal([&] { File file(directory_.string()); }).find("it is a directory"), std::string::npos);
  EXPECT_NE(refusal([&] { File file("/dev/zero"); }).find("it is not a regular file"), std::string::npos);
  const std::string missing = path("a.json");
  EXPECT_EQ(refusal([&] { File file(missing); }),
            "cannot read file \"" + missing + "\": No such file or directory");
  ASSERT_EQ(::mkfifo(path("pipe").c_str(), 0600), 0);
  EXPECT_NE(refusal([&] { File file(path("pipe")); }).find("it is not a regular file"), std::string::npos);
}

}  // namespace
}  // namespace whimbrel
