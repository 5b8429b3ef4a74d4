// Writing JSON: see writer.h. Strings go out 16 bytes at a time until one of them needs an escape.
#include "common/json/writer.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>

#include "common/json/scan.h"
#include "common/text/digits.h"

namespace whimbrel::json {

namespace {

constexpr std::size_t kFirstBlock = 4 * 1024;
constexpr std::size_t kSlack =
    64 * 1024;  // beyond kFlushSize, so that a row more does not make the buffer grow

constexpr char kHex[] = "0123456789abcdef";

// What follows the backslash of a two-character escape, or 'u'.
constexpr char short_escape(unsigned char c) {
  switch (c) {
    case '"':
      return '"';
    case '\\':
      return '\\';
    case '\b':
      return 'b';
    case '\f':
      return 'f';
    case '\n':
      return 'n';
    case '\r':
      return 'r';
    case '\t':
      return 't';
    default:
      return 'u';
  }
}

constexpr std::size_t kMaxEscape = 6;

char* write_escape(char* at, unsigned char c) {
  const char second = short_escape(c);
  *at++ = '\\';
  *at++ = second;
  if (second == 'u') {
    *at++ = '0';
    *at++ = '0';
    *at++ = kHex[c >> 4];
    *at++ = kHex[c & 15];
  }
  return at;
}

// Copies fewer than 16 bytes when none of them needs an escape; false otherwise, then what it wrote is of no
// use.
bool copy_short(char* at, const char* from, std::size_t size) {
  if (size >= 8) {
    const std::uint64_t low = load64(from), high = load64(from + size - 8);
    std::memcpy(at, &low, 8);
    std::memcpy(at + size - 8, &high, 8);
    return !needs_escape(low) && !needs_escape(high);
  }
  if (size >= 4) {
    const std::uint32_t low = load32(from), high = load32(from + size - 4);
    std::memcpy(at, &low, 4);
    std::memcpy(at + size - 4, &high, 4);
    return !needs_escape(std::uint64_t{high} << 32 | low);
  }
  for (std::size_t i = 0; i < size; ++i) {
    at[i] = from[i];
    if (is_special(from[i])) return false;
  }
  return true;
}

template <typename Float>
void write_float(Buffer& out, Float value) {
  constexpr std::size_t kMax = 32;
  char* at = out.reserve(kMax);
  char* end = std::to_chars(at, at + kMax - 2, value).ptr;
  const bool whole = std::none_of(at, end, [](char c) { return c == '.' || c == 'e'; });
  if (whole) {
    *end++ = '.';
    *end++ = '0';
  }
  out.set_end(end);
}

}  // namespace

void Buffer::grow(std::size_t size) {
  const std::size_t used = this->size();
  const std::size_t capacity = static_cast<std::size_t>(limit_ - data_.get());
  const std::size_t least = sink_ != nullptr ? kFlushSize + kSlack : kFirstBlock;
  const std::size_t wanted = std::max({used + size, capacity * 2, least});
  auto larger = std::make_unique_for_overwrite<char[]>(wanted);
  if (used != 0) std::memcpy(larger.get(), data_.get(), used);
  data_ = std::move(larger);
  end_ = data_.get() + used;
  limit_ = data_.get() + wanted;
}

void Buffer::flush() {
  if (sink_ == nullptr || size() == 0) return;
  sink_->write(view());
  flushed_ += size();
  clear();
}

void write_string(Buffer& out, std::string_view text) {
  const char* from = text.data();
  const char* const end = from + text.size();
  char* at = out.reserve(text.size() + 2 + kBlock);
  *at++ = '"';
  for (;;) {
    const char* special;
    for (;;) {
      if (end - from < static_cast<std::ptrdiff_t>(kBlock)) {
        const std::size_t left = static_cast<std::size_t>(end - from);
        if (copy_short(at, from, left)) {
          at += left;
          *at++ = '"';
          out.set_end(at);
          return;
        }
        special = std::find_if(from, end, is_special);
        break;
      }
      special = copy_block(at, from);
      if (special != nullptr) break;
      at += kBlock;
      from += kBlock;
    }
    at += special - from;
    from = special;
    // From here each byte may need an escape's room: claimed one escape at a time, so that a long text with
    // few of them does not take six times its size.
    while (from < end && is_special(*from)) {
      out.set_end(at);
      at = out.reserve(static_cast<std::size_t>(end - from) + kMaxEscape + 1 + kBlock);
      at = write_escape(at, static_cast<unsigned char>(*from++));
    }
  }
}

void write_integer(Buffer& out, std::int64_t value) {
  out.set_end(format_integer(out.reserve(kMaxIntegerText), value));
}

void write_real(Buffer& out, double value) { write_float(out, value); }

void write_real32(Buffer& out, float value) { write_float(out, value); }

}  // namespace whimbrel::json
