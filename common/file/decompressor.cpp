#include "common/file/decompressor.h"

#include <zlib.h>
#include <zstd.h>

#include <new>
#include <string>
#include <utility>

#include "common/error.h"

namespace whimbrel {

namespace {

constexpr std::size_t kInputSize = 128 * 1024;

// The compressed bytes of a file, piece by piece.
class Input {
 public:
  Input(const StoredBytes& file, std::uint64_t offset, std::string_view format)
      : file_(file), format_(format), source_(file, offset), end_(offset) {}

  // Makes sure that there is some input; false at the end of the file.
  bool fill() {
    if (at_ != size_) return true;
    size_ = source_.read(buffer_.get(), kInputSize);
    at_ = 0;
    end_ += size_;
    return size_ != 0;
  }
  char* data() { return buffer_.get() + at_; }
  std::size_t size() const { return size_ - at_; }
  void take(std::size_t size) { at_ += size; }
  // Of the next byte, in the file.
  std::uint64_t offset() const { return end_ - size(); }

  [[noreturn]] void fail_end() const { fail("end too early", "It was cut off, or is still being written."); }
  [[noreturn]] void fail_data(std::string_view reason) const {
    fail("are damaged",
         "Near byte " + std::to_string(offset()) + " of the file: " + std::string(reason) + ".");
  }

 private:
  [[noreturn]] void fail(const std::string& what, std::string detail) const {
    throw Error(code::kDamagedDocument, "cannot read " + file_.name() + ": its " + format_ + " data " + what,
                std::move(detail), "Take another copy of the file.");
  }

  const StoredBytes& file_;
  std::string format_;
  StoredSource source_;
  std::unique_ptr<char[]> buffer_ = std::make_unique<char[]>(kInputSize);
  std::size_t at_ = 0;
  std::size_t size_ = 0;
  std::uint64_t end_;
};

class GzipDecompressor final : public Decompressor {
 public:
  GzipDecompressor(const StoredBytes& file, std::uint64_t offset, FrameFound found)
      : input_(file, offset, "gzip"), found_(std::move(found)) {
    constexpr int kGzipHeader = 16;
    if (::inflateInit2(&stream_, MAX_WBITS + kGzipHeader) != Z_OK) throw std::bad_alloc();
  }
  ~GzipDecompressor() override { ::inflateEnd(&stream_); }
  GzipDecompressor(const GzipDecompressor&) = delete;
  GzipDecompressor& operator=(const GzipDecompressor&) = delete;

  std::size_t read(char* buffer, std::size_t capacity) override {
    for (;;) {
      if (!input_.fill()) {
        if (in_frame_) input_.fail_end();
        return 0;
      }
      if (!in_frame_) begin_frame();
      stream_.next_in = reinterpret_cast<Bytef*>(input_.data());
      stream_.avail_in = static_cast<uInt>(input_.size());
      stream_.next_out = reinterpret_cast<Bytef*>(buffer);
      stream_.avail_out = static_cast<uInt>(capacity);
      const int result = ::inflate(&stream_, Z_NO_FLUSH);
      input_.take(input_.size() - stream_.avail_in);
      if (result == Z_MEM_ERROR) throw std::bad_alloc();
      if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR)
        input_.fail_data(stream_.msg == nullptr ? "not gzip" : stream_.msg);
      if (result == Z_STREAM_END) in_frame_ = false;
      const std::size_t given = capacity - stream_.avail_out;
      content_ += given;
      if (given > 0) return given;
    }
  }

 private:
  void begin_frame() {
    if (!first_) {
      found_(input_.offset(), content_);
      ::inflateReset(&stream_);
    }
    first_ = false;
    in_frame_ = true;
  }

  Input input_;
  FrameFound found_;
  z_stream stream_{};
  std::uint64_t content_ = 0;
  bool first_ = true;
  bool in_frame_ = false;
};

class ZstdDecompressor final : public Decompressor {
 public:
  ZstdDecompressor(const StoredBytes& file, std::uint64_t offset, FrameFound found)
      : input_(file, offset, "zstd"), found_(std::move(found)), context_(::ZSTD_createDCtx()) {
    if (context_ == nullptr) throw std::bad_alloc();
  }

  std::size_t read(char* buffer, std::size_t capacity) override {
    for (;;) {
      // What is still inside the context may be more than fitted last time.
      if (!input_.fill() && !full_) {
        if (in_frame_) input_.fail_end();
        return 0;
      }
      if (!in_frame_ && !first_) found_(input_.offset(), content_);
      first_ = false;
      ZSTD_inBuffer in{input_.data(), input_.size(), 0};
      ZSTD_outBuffer out{buffer, capacity, 0};
      const std::size_t left = ::ZSTD_decompressStream(context_.get(), &out, &in);
      if (::ZSTD_isError(left) != 0) input_.fail_data(::ZSTD_getErrorName(left));
      input_.take(in.pos);
      in_frame_ = left != 0;
      full_ = in_frame_ && out.pos == capacity;
      content_ += out.pos;
      if (out.pos > 0) return out.pos;
    }
  }

 private:
  struct Free {
    void operator()(ZSTD_DCtx* context) const { ::ZSTD_freeDCtx(context); }
  };

  Input input_;
  FrameFound found_;
  std::unique_ptr<ZSTD_DCtx, Free> context_;
  std::uint64_t content_ = 0;
  bool first_ = true;
  bool in_frame_ = false;
  bool full_ = false;
};

}  // namespace

std::unique_ptr<Decompressor> make_decompressor(Compression compression, const StoredBytes& file,
                                                std::uint64_t offset, FrameFound found) {
  if (compression == Compression::gzip)
    return std::make_unique<GzipDecompressor>(file, offset, std::move(found));
  return std::make_unique<ZstdDecompressor>(file, offset, std::move(found));
}

}  // namespace whimbrel
