#include "common/migration/directory.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <optional>
#include <system_error>

#include "common/error.h"
#include "common/migration/file_name.h"

namespace whimbrel {

namespace {

struct CloseDirectory {
  void operator()(DIR* directory) const { closedir(directory); }
};

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

// The whole file; nullopt when it is neither a regular file nor a link to one.
std::optional<std::string> read_file(int directory, const char* name, const std::string& path) {
  // Without O_NONBLOCK a link to a pipe would wait for its writer.
  const Descriptor file(openat(directory, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.get() < 0) fail("read file", path, errno);
  struct stat status {};
  if (fstat(file.get(), &status) != 0) fail("read file", path, errno);
  if (!S_ISREG(status.st_mode)) return std::nullopt;
  if (status.st_size > static_cast<off_t>(kMaxMigrationBytes)) fail_too_large(path);
  std::string text;
  std::size_t size = 0;
  // One byte more than the size, so that a second read finds the end at once; a file that grows is read on.
  text.resize(static_cast<std::size_t>(status.st_size) + 1);
  while (true) {
    const ssize_t got = read(file.get(), text.data() + size, text.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail("read file", path, errno);
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
    if (size > kMaxMigrationBytes) fail_too_large(path);
    if (size == text.size()) text.resize(size * 2);
  }
  text.resize(size);
  return text;
}

}  // namespace

std::vector<NamedText> read_sql_directory(const std::string& path) {
  const std::unique_ptr<DIR, CloseDirectory> directory(opendir(path.c_str()));
  if (!directory) fail("open directory", path, errno);
  std::vector<NamedText> files;
  while (true) {
    errno = 0;
    const dirent* entry = readdir(directory.get());
    if (entry == nullptr) {
      if (errno != 0) fail("read directory", path, errno);
      return files;
    }
    const bool candidate = entry->d_type == DT_REG || entry->d_type == DT_LNK || entry->d_type == DT_UNKNOWN;
    if (!candidate || entry->d_name[0] == '.' || !is_sql_file(entry->d_name)) continue;
    const std::string name = entry->d_name;
    auto text =
        read_file(dirfd(directory.get()), name.c_str(), path + (path.ends_with('/') ? "" : "/") + name);
    if (text) files.push_back({name, std::move(*text)});
  }
}

}  // namespace whimbrel
