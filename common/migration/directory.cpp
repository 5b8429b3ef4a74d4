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

// Reads the files of one directory, by way of one buffer.
class DirectoryReader {
 public:
  explicit DirectoryReader(const std::string& path) : path_(path), directory_(opendir(path.c_str())) {
    if (!directory_) fail("open directory", path, errno);
  }

  std::vector<NamedText> read() {
    std::vector<NamedText> files;
    while (const dirent* entry = next()) {
      std::string name = entry->d_name;
      if (auto text = read_file(name, entry->d_type == DT_REG))
        files.push_back({std::move(name), std::move(*text)});
    }
    return files;
  }

  // The next that may be a migration; nullptr at the end.
  const dirent* next() {
    while (true) {
      errno = 0;
      const dirent* entry = readdir(directory_.get());
      if (entry == nullptr) {
        if (errno != 0) fail("read directory", path_, errno);
        return nullptr;
      }
      const auto type = entry->d_type;
      const bool candidate = type == DT_REG || type == DT_LNK || type == DT_UNKNOWN;
      if (candidate && entry->d_name[0] != '.' && is_sql_file(entry->d_name)) return entry;
    }
  }

 private:
  std::string path_of(const std::string& name) const {
    return path_ + (path_.ends_with('/') ? "" : "/") + name;
  }

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

  struct CloseDirectory {
    void operator()(DIR* directory) const { closedir(directory); }
  };

  const std::string& path_;
  std::unique_ptr<DIR, CloseDirectory> directory_;
  std::vector<char> buffer_ = std::vector<char>(std::size_t{64} << 10);
};

}  // namespace

std::vector<NamedText> read_sql_directory(const std::string& path) { return DirectoryReader(path).read(); }

std::vector<std::string> list_sql_directory(const std::string& path) {
  DirectoryReader reader(path);
  std::vector<std::string> names;
  while (const dirent* entry = reader.next()) names.emplace_back(entry->d_name);
  return names;
}

}  // namespace whimbrel
