// Writing JSON: an output buffer with unchecked fast paths, and the encodings of single values. No tree, no
// state machine: whoever writes knows where commas go.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>

#include "common/json/source.h"

namespace whimbrel::json {

// Grows; with a sink it is emptied into it whenever flush_if_full() finds more than kFlushSize bytes.
class Buffer {
 public:
  static constexpr std::size_t kFlushSize =
      256 * 1024;  // fits the second level cache, from where it is written

  explicit Buffer(ByteSink* sink = nullptr) : sink_(sink) {}

  // At least `size` writable bytes at the returned place; advance() by what was written.
  char* reserve(std::size_t size) {
    if (static_cast<std::size_t>(limit_ - end_) < size) grow(size);
    return end_;
  }
  void advance(std::size_t size) { end_ += size; }
  void set_end(char* end) { end_ = end; }  // after reserve(): everything before `end` was written

  void append(char c) {
    *reserve(1) = c;
    ++end_;
  }
  void append(std::string_view bytes) {
    char* at = reserve(bytes.size());
    if (!bytes.empty()) std::memcpy(at, bytes.data(), bytes.size());
    end_ += bytes.size();
  }
  std::string_view view() const { return {data_.get(), static_cast<std::size_t>(end_ - data_.get())}; }
  std::size_t size() const { return static_cast<std::size_t>(end_ - data_.get()); }
  void truncate(std::size_t size) { end_ = data_.get() + size; }
  void clear() { end_ = data_.get(); }
  void flush_if_full() {
    if (sink_ != nullptr && size() >= kFlushSize) flush();
  }
  void flush();  // to the sink, when there is one
  // Bytes written since the beginning, flushed ones included.
  std::uint64_t total() const { return flushed_ + size(); }

 private:
  void grow(std::size_t size);

  ByteSink* sink_;
  std::unique_ptr<char[]> data_;
  char* end_ = nullptr;
  char* limit_ = nullptr;
  std::uint64_t flushed_ = 0;
};

// "…" with quotes, backslashes and control characters escaped (\b \f \n \r \t, else \u00XX); everything else,
// also non-ASCII and U+007F, as it is. `text` must be valid UTF-8.
void write_string(Buffer& out, std::string_view text);
void write_integer(Buffer& out, std::int64_t value);
// Shortest text that reads back to the same bits (std::to_chars), with ".0" where it has neither point nor
// exponent: 1.0, -0.0, 0.1, 1e+22. NaN and infinities must not come here.
void write_real(Buffer& out, double value);
void write_real32(Buffer& out, float value);

}  // namespace whimbrel::json
