#include "common/migration/directory.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <optional>
#include <system_error>

#include "common/error.h"
#include "common/migration/file_name.h"
#include "common/migration/forms/below.h"

namespace whimbrel {

namespace {

class Descriptor {
 public:
  explicit Descriptor(int descriptor) : descriptor_(descriptor) {}
  ~Descriptor() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

[[noreturn]] void fail(const std::string& what, const std::string& path, int reason) {
  throw Error(code::kFile,
              "cannot " + what + " \"" + path + "\": " + std::generic_category().message(reason));
}

[[noreturn]] void fail_too_large(const std::string& path) {
  throw Error(code::kFile, "migration file \"" + path + "\" is too large",
              "The limit is " + std::to_string(kMaxMigrationBytes >> 20) + " MiB.",
              "Load large data with import_json_file.");
}

constexpr int kMaxDepth = 8;
constexpr std::size_t kMaxEntriesBelow = 200'000;

struct CloseDirectory {
  void operator()(DIR* directory) const { closedir(directory); }
};
using Directory = std::unique_ptr<DIR, CloseDirectory>;

// Reads the files of one directory and of those below it, by way of one buffer.
class DirectoryReader {
 public:
  explicit DirectoryReader(const std::string& path) : root_(path.ends_with('/') ? path : path + "/") {}

  DirectoryFiles read() {
    std::vector<std::string> below;
    read_entries(
        "", [](std::string_view name) { return is_sql_file(name) || is_kept_beside(name); }, below);
    const BelowNames wanted = below_names(files_, below);
    if (wanted != BelowNames::none) {
      for (const std::string& directory : below) read_below(directory + "/", wanted, 1);
    }
    return std::move(files_);
  }

 private:
  void read_below(const std::string& directory, BelowNames wanted, int depth) {
    if (depth > kMaxDepth) return;
    std::vector<std::string> below;
    read_entries(
        directory,
        [&](std::string_view name) { return is_named_below(wanted, directory + std::string(name)); }, below);
    for (const std::string& one : below) read_below(directory + one + "/", wanted, depth + 1);
  }

  template <typename Wanted>
  void read_entries(const std::string& directory, Wanted&& wanted, std::vector<std::string>& below) {
    path_ = root_ + directory;
    directory_.reset(opendir(directory.empty() && root_.size() > 1 ? root_.substr(0, root_.size() - 1).c_str()
                                                                   : path_.c_str()));
    if (!directory_)
      fail("open directory",
           directory.empty() && root_.size() > 1 ? root_.substr(0, root_.size() - 1) : path_, errno);
    while (true) {
      errno = 0;
      const dirent* entry = readdir(directory_.get());
      if (entry == nullptr) {
        if (errno != 0) fail("read directory", path_, errno);
        return;
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
        if (directory.empty()) files_.others.emplace_back(entry->d_name);
        continue;
      }
      std::string name = entry->d_name;
      if (auto text = read_file(name, type == DT_REG))
        files_.texts.push_back({directory + name, std::move(*text)});
    }
  }

  bool is_directory(const char* name) const {
    struct stat status {};
    return fstatat(dirfd(directory_.get()), name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
           S_ISDIR(status.st_mode);
  }

  std::string path_of(const std::string& name) const { return path_ + name; }

  // The whole file; nullopt when it is neither a regular file nor a link to one.
  std::optional<std::string> read_file(const std::string& name, bool known_regular) {
    // Without O_NONBLOCK a link to a pipe would wait for its writer.
    const Descriptor file(
        openat(dirfd(directory_.get()), name.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    if (file.get() < 0) fail("read file", path_of(name), errno);
    if (!known_regular && !S_ISREG(status_of(file.get(), name).st_mode)) return std::nullopt;
    // A small file, as most are, is read into the buffer and copied once; fstat() and a text with room for
    // one byte too many would cost more.
    std::size_t size = 0;
    while (size < buffer_.size()) {
      const std::size_t got = read_some(file.get(), buffer_.data() + size, buffer_.size() - size, name);
      if (got == 0) return std::string(buffer_.data(), size);
      size += got;
    }
    return read_large(file.get(), name);
  }

  // What the buffer does not hold; it holds the beginning.
  std::string read_large(int file, const std::string& name) const {
    std::string text(buffer_.data(), buffer_.size());
    std::size_t size = text.size();
    // One byte more than the size, so that the read behind the last byte finds room; a file that grows is
    // read on.
    text.resize(std::max(size_of(file, name), size) + 1);
    while (true) {
      const std::size_t got = read_some(file, text.data() + size, text.size() - size, name);
      if (got == 0) break;
      size += got;
      if (size > kMaxMigrationBytes) fail_too_large(path_of(name));
      if (size == text.size()) text.resize(size * 2);
    }
    text.resize(size);
    return text;
  }

  std::size_t read_some(int file, char* to, std::size_t capacity, const std::string& name) const {
    while (true) {
      const ssize_t got = ::read(file, to, capacity);
      if (got >= 0) return static_cast<std::size_t>(got);
      if (errno != EINTR) fail("read file", path_of(name), errno);
    }
  }

  struct stat status_of(int file, const std::string& name) const {
    struct stat status {};
    if (fstat(file, &status) != 0) fail("read file", path_of(name), errno);
    return status;
  }

  std::size_t size_of(int file, const std::string& name) const {
    const off_t size = status_of(file, name).st_size;
    if (size > static_cast<off_t>(kMaxMigrationBytes)) fail_too_large(path_of(name));
    return static_cast<std::size_t>(size);
  }

  std::string root_;  // with a slash behind it
  std::string path_;  // of the directory that is open, the same
  Directory directory_;
  std::size_t entries_ = 0;
  DirectoryFiles files_;
  std::vector<char> buffer_ = std::vector<char>(std::size_t{64} << 10);
};

}  // namespace

DirectoryFiles read_source_directory(const std::string& path) { return DirectoryReader(path).read(); }

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
