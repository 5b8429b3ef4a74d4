#include "common/file/compression.h"

#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <limits>
#include <new>
#include <string>

#include "common/error.h"

namespace whimbrel {

namespace {

constexpr std::size_t kOutputSize = 128 * 1024;
constexpr int kGzipLevel = 4;  // beyond it, time grows by more than the file shrinks
constexpr int kZstdLevel = 3;

[[noreturn]] void fail(std::string_view library, std::string_view reason) {
  throw Error(code::kInternal, "cannot compress: " + std::string(library) + ": " + std::string(reason));
}

class GzipCompressor final : public Compressor {
 public:
  explicit GzipCompressor(ByteSink& sink) : sink_(sink), output_(std::make_unique<char[]>(kOutputSize)) {
    constexpr int kGzipHeader = 16;
    if (::deflateInit2(&stream_, kGzipLevel, Z_DEFLATED, MAX_WBITS + kGzipHeader, MAX_MEM_LEVEL,
                       Z_DEFAULT_STRATEGY) != Z_OK)
      throw std::bad_alloc();
  }
  ~GzipCompressor() override { ::deflateEnd(&stream_); }
  GzipCompressor(const GzipCompressor&) = delete;
  GzipCompressor& operator=(const GzipCompressor&) = delete;

  void write(std::string_view bytes) override {
    while (!bytes.empty()) {
      const std::size_t size = std::min<std::size_t>(bytes.size(), std::numeric_limits<uInt>::max());
      stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
      stream_.avail_in = static_cast<uInt>(size);
      deflate(Z_NO_FLUSH);
      bytes.remove_prefix(size);
      empty_ = false;
    }
  }
  void end_frame() override {
    if (empty_) return;
    stream_.avail_in = 0;
    deflate(Z_FINISH);
    abandon_frame();
  }
  void abandon_frame() override {
    ::deflateReset(&stream_);
    empty_ = true;
  }

 private:
  void deflate(int flush) {
    do {
      stream_.next_out = reinterpret_cast<Bytef*>(output_.get());
      stream_.avail_out = kOutputSize;
      if (::deflate(&stream_, flush) == Z_STREAM_ERROR) fail("zlib", "inconsistent state");
      const std::size_t size = kOutputSize - stream_.avail_out;
      if (size > 0) sink_.write({output_.get(), size});
    } while (stream_.avail_out == 0);
  }

  ByteSink& sink_;
  std::unique_ptr<char[]> output_;
  z_stream stream_{};
  bool empty_ = true;
};

class ZstdCompressor final : public Compressor {
 public:
  explicit ZstdCompressor(ByteSink& sink)
      : sink_(sink), output_(std::make_unique<char[]>(kOutputSize)), context_(::ZSTD_createCCtx()) {
    if (context_ == nullptr) throw std::bad_alloc();
    ::ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_compressionLevel, kZstdLevel);
    ::ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_checksumFlag, 1);
  }

  void write(std::string_view bytes) override {
    ZSTD_inBuffer input{bytes.data(), bytes.size(), 0};
    while (input.pos < input.size) compress(input, ZSTD_e_continue);
    if (!bytes.empty()) empty_ = false;
  }
  void end_frame() override {
    if (empty_) return;
    ZSTD_inBuffer input{nullptr, 0, 0};
    while (compress(input, ZSTD_e_end) != 0) {
    }
    empty_ = true;
  }
  void abandon_frame() override {
    ::ZSTD_CCtx_reset(context_.get(), ZSTD_reset_session_only);
    empty_ = true;
  }

 private:
  struct Free {
    void operator()(ZSTD_CCtx* context) const { ::ZSTD_freeCCtx(context); }
  };

  // What is left to be flushed.
  std::size_t compress(ZSTD_inBuffer& input, ZSTD_EndDirective directive) {
    ZSTD_outBuffer output{output_.get(), kOutputSize, 0};
    const std::size_t left = ::ZSTD_compressStream2(context_.get(), &output, &input, directive);
    if (::ZSTD_isError(left) != 0) fail("zstd", ::ZSTD_getErrorName(left));
    if (output.pos > 0) sink_.write({output_.get(), output.pos});
    return left;
  }

  ByteSink& sink_;
  std::unique_ptr<char[]> output_;
  std::unique_ptr<ZSTD_CCtx, Free> context_;
  bool empty_ = true;
};

}  // namespace

std::string_view compression_suffix(Compression compression) {
  switch (compression) {
    case Compression::none:
      return "";
    case Compression::gzip:
      return ".gz";
    case Compression::zstd:
      return ".zst";
  }
  return "";
}

Compression compression_of_name(std::string_view name) {
  for (const Compression compression : {Compression::gzip, Compression::zstd})
    if (name.ends_with(compression_suffix(compression))) return compression;
  return Compression::none;
}

Compression compression_of_content(std::string_view start) {
  using namespace std::string_view_literals;
  if (start.starts_with("\x1F\x8B"sv)) return Compression::gzip;
  if (start.starts_with("\x28\xB5\x2F\xFD"sv)) return Compression::zstd;
  // Zstandard's skippable frames, with which tools put notes in front: 0x184D2A50 to 0x184D2A5F.
  if (start.size() >= 4 && (static_cast<unsigned char>(start[0]) & 0xF0) == 0x50 &&
      start.substr(1).starts_with("\x2A\x4D\x18"sv))
    return Compression::zstd;
  return Compression::none;
}

std::unique_ptr<Compressor> make_compressor(Compression compression, ByteSink& sink) {
  if (compression == Compression::gzip) return std::make_unique<GzipCompressor>(sink);
  return std::make_unique<ZstdCompressor>(sink);
}

}  // namespace whimbrel
