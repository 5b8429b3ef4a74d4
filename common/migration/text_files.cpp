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

  // False for what is neither a regular file nor a link to one.
  bool read(const std::string& name, bool regular, std::string& text) {
    // Without O_NONBLOCK a link to a pipe would wait for its writer.
    const Descriptor file(openat(directory_, name.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    if (file.get() < 0) throw file_error("cannot read", path_ + name, errno);
    if (!regular && !S_ISREG(status_of(file.get(), name).st_mode)) return false;
    // A small file, as most are, is read into the buffer and copied once; fstat() and a text with room for
    // one byte too many would cost more.
    std::size_t size = 0;
    while (size < buffer_.size()) {
      const std::size_t got = read_some(file.get(), buffer_.data() + size, buffer_.size() - size, name);
      size += got;
      if (got == 0 || size < kOneTransfer) {
        text.assign(buffer_.data(), size);
        return true;
      }
    }
    text = read_large(file.get(), name);
    return true;
  }

 private:
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

  // Less than any file system moves at once: a read that brings no more ended at the file's end. Behind it
  // the next page or packet may be one that cannot be read, and only the next read says so.
  static constexpr std::size_t kOneTransfer = 2048;

  int directory_;
  const std::string& path_;
  std::vector<char> buffer_ = std::vector<char>(std::size_t{64} << 10);
};

}  // namespace

TextFiles::TextFiles(int directory, std::string path) : directory_(directory), path_(std::move(path)) {}

TextFiles::~TextFiles() {
  set(stopped_);
  if (helper_.joinable()) helper_.join();
}

void TextFiles::add(std::string name, bool regular) {
  if (filling_ == nullptr) {
    filling_ = std::make_unique<Piece>();
    filling_->reserve(kPiece);
  }
  filling_->push_back({{std::move(name), {}}, regular});
  ++added_;
  if (filling_->size() == kPiece) hand_out();
  if (added_ != kWorthAThread) return;
  helper_ = start_helper_thread([this] {
    keep_own_descriptors();
    helpers_problem_ = take_part();
  });
}

void TextFiles::close() {
  if (filling_ != nullptr) hand_out();
  set(closed_);
  const auto below = [](const File* a, const File* b) { return a->text.name < b->text.name; };
  // A file system in memory lists the newest first.
  if (std::is_sorted(order_.rbegin(), order_.rend(), below))
    std::reverse(order_.begin(), order_.end());
  else
    std::sort(order_.begin(), order_.end(), below);
}

std::vector<NamedText> TextFiles::finish() {
  std::exception_ptr problem = take_part();
  if (helper_.joinable()) helper_.join();
  if (!problem) problem = helpers_problem_;
  if (problem) std::rethrow_exception(problem);
  std::vector<NamedText> texts;
  texts.reserve(order_.size());
  for (File* file : order_)
    if (file->readable) texts.push_back(std::move(file->text));
  return texts;
}

void TextFiles::hand_out() {
  for (File& file : *filling_) order_.push_back(&file);
  const std::lock_guard lock(mutex_);
  pieces_.push_back(std::move(filling_));
  more_.notify_one();
}

TextFiles::Piece* TextFiles::take_piece() {
  std::unique_lock lock(mutex_);
  more_.wait(lock, [this] { return closed_ || stopped_ || taken_ < pieces_.size(); });
  return stopped_ || taken_ == pieces_.size() ? nullptr : pieces_[taken_++].get();
}

std::exception_ptr TextFiles::take_part() noexcept {
  try {
    FileReader reader(directory_, path_);
    while (Piece* piece = take_piece()) {
      for (File& file : *piece) {
        file.readable = reader.read(file.text.name, file.regular, file.text.text);
        if (file.readable) file.text.examine();
      }
    }
    return nullptr;
  } catch (...) {
    set(stopped_);
    return std::current_exception();
  }
}

void TextFiles::set(bool& flag) noexcept {
  const std::lock_guard lock(mutex_);
  flag = true;
  more_.notify_one();
}

}  // namespace whimbrel
