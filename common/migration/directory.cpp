#include "common/migration/directory.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <memory>
#include <optional>
#include <system_error>

#include "common/error.h"
#include "common/migration/file_name.h"
#include "common/migration/forms/below.h"
#include "common/migration/text_files.h"

namespace whimbrel {

namespace {

[[noreturn]] void fail(const std::string& what, const std::string& path, int reason) {
  throw Error(code::kFile,
              "cannot " + what + " \"" + path + "\": " + std::generic_category().message(reason));
}

constexpr int kMaxDepth = 8;
constexpr std::size_t kMaxEntriesBelow = 200'000;

struct CloseDirectory {
  void operator()(DIR* directory) const { closedir(directory); }
};
using Directory = std::unique_ptr<DIR, CloseDirectory>;

}  // namespace

// Reads the files of one directory and of those below it.
class SourceDirectory::Reader {
 public:
  explicit Reader(const std::string& path) : root_(path.ends_with('/') ? path : path + "/") {
    begin_entries(
        "", [](std::string_view name) { return is_sql_file(name) || is_kept_beside(name); }, below_root_);
  }

  std::size_t size() const { return texts_->size(); }

  DirectoryFiles finish() {
    finish_entries("");
    const BelowNames wanted = below_names(files_, below_root_);
    if (wanted != BelowNames::none) {
      for (const std::string& directory : below_root_) read_below(directory + "/", wanted, 1);
    }
    return std::move(files_);
  }

 private:
  void read_below(const std::string& directory, BelowNames wanted, int depth) {
    if (depth > kMaxDepth) return;
    std::vector<std::string> below;
    begin_entries(
        directory,
        [&](std::string_view name) { return is_named_below(wanted, directory + std::string(name)); }, below);
    finish_entries(directory);
    for (const std::string& one : below) read_below(directory + one + "/", wanted, depth + 1);
  }

  template <typename Wanted>
  void begin_entries(const std::string& directory, Wanted&& wanted, std::vector<std::string>& below) {
    const std::string path = root_ + directory;
    texts_.reset();
    directory_.reset(opendir(directory.empty() && root_.size() > 1 ? root_.substr(0, root_.size() - 1).c_str()
                                                                   : path.c_str()));
    if (!directory_)
      fail("open directory", directory.empty() && root_.size() > 1 ? root_.substr(0, root_.size() - 1) : path,
           errno);
    texts_.emplace(dirfd(directory_.get()), path);
    while (true) {
      errno = 0;
      const dirent* entry = readdir(directory_.get());
      if (entry == nullptr) {
        if (errno != 0) fail("read directory", path, errno);
        break;
      }
      if (entry->d_name[0] == '.') continue;
      if (!directory.empty() && ++entries_ > kMaxEntriesBelow)
        throw Error(code::kFile, "directory \"" + root_ + "\" holds too many files to be a source");
      const auto type = entry->d_type;
      if (type == DT_DIR || (type == DT_UNKNOWN && is_directory(entry->d_name))) {
        below.emplace_back(entry->d_name);
        continue;
      }
      if (type != DT_REG && type != DT_LNK && type != DT_UNKNOWN) continue;
      if (!wanted(std::string_view(entry->d_name))) {
        if (directory.empty())
          files_.others.emplace_back(entry->d_name);
        else if (is_sql_file(entry->d_name))
          files_.deeper.push_back(directory + entry->d_name);
        continue;
      }
      texts_->add(entry->d_name, type == DT_REG);
    }
    texts_->close();
  }

  void finish_entries(const std::string& directory) {
    std::vector<NamedText> read = texts_->finish();
    if (!directory.empty())
      for (NamedText& file : read) file.name.insert(0, directory);
    if (files_.texts.empty())
      files_.texts = std::move(read);
    else
      std::move(read.begin(), read.end(), std::back_inserter(files_.texts));
  }

  bool is_directory(const char* name) const {
    struct stat status {};
    return fstatat(dirfd(directory_.get()), name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
           S_ISDIR(status.st_mode);
  }

  std::string root_;  // with a slash behind it
  Directory directory_;
  std::optional<TextFiles> texts_;  // of the directory that is open
  std::vector<std::string> below_root_;
  std::size_t entries_ = 0;
  DirectoryFiles files_;
};

SourceDirectory::SourceDirectory(const std::string& path) : reader_(std::make_unique<Reader>(path)) {}
SourceDirectory::~SourceDirectory() = default;
SourceDirectory::SourceDirectory(SourceDirectory&&) noexcept = default;

std::size_t SourceDirectory::size() const { return reader_->size(); }
DirectoryFiles SourceDirectory::finish() { return reader_->finish(); }

std::vector<std::string> list_sql_directory(const std::string& path) {
  const Directory directory(opendir(path.c_str()));
  if (!directory) fail("open directory", path, errno);
  std::vector<std::string> names;
  while (true) {
    errno = 0;
    const dirent* entry = readdir(directory.get());
    if (entry == nullptr) {
      if (errno != 0) fail("read directory", path, errno);
      return names;
    }
    const auto type = entry->d_type;
    const bool candidate = type == DT_REG || type == DT_LNK || type == DT_UNKNOWN;
    if (candidate && entry->d_name[0] != '.' && is_sql_file(entry->d_name)) names.emplace_back(entry->d_name);
  }
}

}  // namespace whimbrel
