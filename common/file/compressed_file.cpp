#include "common/file/compressed_file.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <utility>

#include "common/file/decompressor.h"

namespace whimbrel {

namespace {

constexpr std::size_t kBack = 1 << 20;       // more than a reader looks ahead, but for a huge single value
constexpr std::size_t kForward = 256 << 10;  // one read of a decompressor
constexpr std::size_t kWindow = 2 * kBack;

}  // namespace

// A decompressor and the last part of what it gave.
class CompressedFile::Reading {
 public:
  Reading(std::unique_ptr<Decompressor> decompressor, std::uint64_t start)
      : decompressor_(std::move(decompressor)), window_(std::make_unique<char[]>(kWindow)), start_(start) {}

  // Of the first byte that can still be read.
  std::uint64_t start() const { return start_; }

  std::size_t read_at(std::uint64_t offset, char* buffer, std::size_t capacity) {
    while (offset >= start_ + size_)
      if (!fill()) return 0;
    const std::size_t from = static_cast<std::size_t>(offset - start_);
    const std::size_t size = std::min(capacity, size_ - from);
    std::memcpy(buffer, window_.get() + from, size);
    return size;
  }

 private:
  bool fill() {
    if (kWindow - size_ < kForward) {
      const std::size_t dropped = size_ - kBack;
      std::memmove(window_.get(), window_.get() + dropped, kBack);
      start_ += dropped;
      size_ = kBack;
    }
    const std::size_t got = decompressor_->read(window_.get() + size_, kForward);
    size_ += got;
    return got != 0;
  }

  std::unique_ptr<Decompressor> decompressor_;
  std::unique_ptr<char[]> window_;
  std::uint64_t start_;  // of the window, in the content
  std::size_t size_ = 0;
};

class CompressedFile::Source final : public ByteSource {
 public:
  Source(CompressedFile& file, std::unique_ptr<Reading> reading, std::uint64_t offset)
      : file_(file), reading_(std::move(reading)), offset_(offset) {}
  ~Source() override { file_.parked_ = std::move(reading_); }
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;

  std::size_t read(char* buffer, std::size_t capacity) override {
    const std::size_t got = reading_->read_at(offset_, buffer, capacity);
    offset_ += got;
    return got;
  }

 private:
  CompressedFile& file_;
  std::unique_ptr<Reading> reading_;
  std::uint64_t offset_;
};

CompressedFile::CompressedFile(const StoredBytes& file, Compression compression)
    : file_(file), compression_(compression), frames_{{0, 0}} {}

CompressedFile::~CompressedFile() = default;

std::unique_ptr<CompressedFile::Reading> CompressedFile::take_reading(std::uint64_t content_offset) {
  const auto frame = std::prev(frames_.upper_bound(content_offset));
  if (parked_ != nullptr && parked_->start() <= content_offset && parked_->start() + kWindow > frame->first)
    return std::move(parked_);
  const std::uint64_t start = frame->first;
  return std::make_unique<Reading>(
      make_decompressor(compression_, file_, frame->second,
                        [this, start](std::uint64_t offset, std::uint64_t content) {
                          // A file of tiny frames must not fill the memory with them.
                          if (start + content >= frames_.rbegin()->first + kBack)
                            frames_.emplace(start + content, offset);
                        }),
      start);
}

std::unique_ptr<ByteSource> CompressedFile::open(std::uint64_t content_offset) {
  return std::make_unique<Source>(*this, take_reading(content_offset), content_offset);
}

}  // namespace whimbrel
