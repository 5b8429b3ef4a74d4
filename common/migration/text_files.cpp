#include "common/migration/text_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "common/error.h"
#include "common/file/system_error.h"
#include "common/helper_thread.h"
#include "common/text/sha.h"

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

[[noreturn]] void fail_too_large(const std::string& path) {
  throw Error(code::kFile, "migration file \"" + path + "\" is too large",
              "The limit is " + std::to_string(kMaxMigrationBytes >> 20) + " MiB.",
              "Load large data with import_json_file.");
}

// Reads one file after the other by way of one buffer.
class FileReader {
 public:
  FileReader(int directory, const std::string& path) : directory_(directory), path_(path) {}

  std::optional<ReadFile> read(const WantedFile& wanted) {
    std::optional<std::string> text = text_of(wanted);
    if (!text) return std::nullopt;
    std::string checksum = sha256_hex(*text);
    return ReadFile{std::move(*text), std::move(checksum)};
  }

 private:
  std::optional<std::string> text_of(const WantedFile& wanted) {
    const std::string& name = wanted.name;
    // Without O_NONBLOCK a link to a pipe would wait for its writer.
    const Descriptor file(openat(directory_, name.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    if (file.get() < 0) throw file_error("cannot read", path_ + name, errno);
    if (!wanted.regular && !S_ISREG(status_of(file.get(), name).st_mode)) return std::nullopt;
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
      if (size > kMaxMigrationBytes) fail_too_large(path_ + name);
      if (size == text.size()) text.resize(size * 2);
    }
    text.resize(size);
    return text;
  }

  std::size_t read_some(int file, char* to, std::size_t capacity, const std::string& name) const {
    while (true) {
      const ssize_t got = ::read(file, to, capacity);
      if (got >= 0) return static_cast<std::size_t>(got);
      if (errno != EINTR) throw file_error("cannot read", path_ + name, errno);
    }
  }

  struct stat status_of(int file, const std::string& name) const {
    struct stat status {};
    if (fstat(file, &status) != 0) throw file_error("cannot read", path_ + name, errno);
    return status;
  }

  std::size_t size_of(int file, const std::string& name) const {
    const off_t size = status_of(file, name).st_size;
    if (size > static_cast<off_t>(kMaxMigrationBytes)) fail_too_large(path_ + name);
    return static_cast<std::size_t>(size);
  }

  int directory_;
  const std::string& path_;
  std::vector<char> buffer_ = std::vector<char>(std::size_t{64} << 10);
};

}  // namespace

TextFiles::TextFiles(int directory, std::string path, std::vector<WantedFile> files)
    : directory_(directory), path_(std::move(path)), files_(std::move(files)), read_(files_.size()) {
  if (files_.size() >= kWorthAThread)
    helper_ = start_helper_thread([this] { helpers_problem_ = take_part(); });
}

TextFiles::~TextFiles() {
  next_ = files_.size();
  if (helper_.joinable()) helper_.join();
}

std::vector<std::optional<ReadFile>> TextFiles::finish() {
  std::exception_ptr problem = take_part();
  if (helper_.joinable()) helper_.join();
  if (!problem) problem = helpers_problem_;
  if (problem) std::rethrow_exception(problem);
  return std::move(read_);
}

std::exception_ptr TextFiles::take_part() noexcept {
  try {
    FileReader reader(directory_, path_);
    while (true) {
      const std::size_t begin = next_.fetch_add(kPiece);
      if (begin >= files_.size()) return nullptr;
      const std::size_t end = std::min(begin + kPiece, files_.size());
      for (std::size_t i = begin; i < end; ++i) read_[i] = reader.read(files_[i]);
    }
  } catch (...) {
    next_ = files_.size();
    return std::current_exception();
  }
}

}  // namespace whimbrel
