// The rarely run half of the reader: bringing more of the source into memory, positions, errors.
#include <algorithm>
#include <bit>
#include <cstring>
#include <string>

#include "common/error.h"
#include "common/json/reader.h"
#include "common/json/scan.h"

namespace whimbrel::json {

namespace {

constexpr std::size_t kChunk = 256 * 1024;

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

std::uint64_t count_characters(const char* p, const char* end) {
  std::uint64_t count = 0;
  for (; end - p >= 8; p += 8) {
    const std::uint64_t bytes = load64(p);
    // A continuation byte has bit 7 and not bit 6.
    const std::uint64_t first = (~bytes >> 7 | bytes >> 6) & kOnes;
    count += first * kOnes >> 56;
  }
  for (; p != end; ++p) count += is_continuation(*p) ? 0 : 1;
  return count;
}

Position advance(Position position, const char* p, const char* end) {
  position.offset += static_cast<std::uint64_t>(end - p);
  const std::uint64_t newlines = count_newlines(p, end);
  if (newlines != 0) {
    position.line += newlines;
    position.column = 1;
    const char* line = end;
    while (line[-1] != '\n') --line;
    p = line;
  }
  position.column += count_characters(p, end);
  return position;
}

}  // namespace

// Brings at least one more byte behind end_; false at the end of the source. `p` goes with what it points to.
bool Reader::refill(const char*& p, Keep keep) {
  if (ended_) return false;
  if (end_ == buffer_.get() + capacity_) {
    const char* const from = keep == Keep::token ? start_ : p;
    if (keep == Keep::nothing) {
      if (!start_gone_) start_position_ = locate(start_);
      if (!token_end_gone_) token_end_position_ = locate(token_end_);
      start_gone_ = token_end_gone_ = true;
    }
    const std::ptrdiff_t offset = p - from;
    move_to_front(from);
    p = buffer_.get() + offset;
  }
  p_ = p;  // so that it points into the window even if nothing is called but what throws
  const std::size_t room = static_cast<std::size_t>(buffer_.get() + capacity_ - end_);
  const std::size_t size = source_->read(buffer_.get() + (end_ - buffer_.get()), room);
  if (size == 0) {
    ended_ = true;
    return false;
  }
  end_ += size;
  return true;
}

// The bytes from `from` on become the first of the buffer, which has room behind them afterwards.
void Reader::move_to_front(const char* from) {
  set_mark(from);
  const std::size_t size = static_cast<std::size_t>(end_ - from);
  if (size > capacity_ / 2 || capacity_ == 0) {
    const std::size_t capacity = std::max(kChunk, 2 * capacity_);
    auto larger = std::make_unique_for_overwrite<char[]>(capacity);
    if (size != 0) std::memcpy(larger.get(), from, size);
    buffer_ = std::move(larger);
    capacity_ = capacity;
  } else {
    std::memmove(buffer_.get(), from, size);
  }
  start_ = mark_ = buffer_.get();
  end_ = buffer_.get() + size;
}

// At least `size` bytes from `p` on; false when the text ends before.
bool Reader::ensure(const char*& p, std::size_t size, Keep keep) {
  while (static_cast<std::size_t>(end_ - p) < size)
    if (!refill(p, keep)) return false;
  return true;
}

Position Reader::locate(const char* at) const { return advance(mark_position_, mark_, at); }

void Reader::set_mark(const char* at) const {
  mark_position_ = locate(at);
  mark_ = at;
}

Position Reader::position() const {
  if (start_gone_) return start_position_;
  set_mark(start_);
  return mark_position_;
}

Position Reader::end_position() const {
  if (token_end_gone_) return token_end_position_;
  if (!start_gone_) set_mark(start_);  // else a long text would be counted from its beginning at each call
  return locate(token_end_);
}

void Reader::fail(const char* at, std::string_view what) const {
  const Position position = locate(at);
  throw Error(code::kInvalidJson, "invalid JSON: " + std::string(what),
              "Line " + std::to_string(position.line) + ", column " + std::to_string(position.column) + ".");
}

void Reader::fail_end(std::string_view where) const { fail(end_, "the text ends " + std::string(where)); }

// The byte at `at` (or the text's end there) is not what expect_ says.
void Reader::fail_unexpected(const char* at) const {
  const std::string_view expected = [this]() -> std::string_view {
    switch (expect_) {
      case Expect::first_in_array:
        return "a value or \"]\"";
      case Expect::first_in_object:
        return "a key or \"}\"";
      case Expect::key:
        return "a key";
      case Expect::after_value:
        return in_object() ? "\",\" or \"}\"" : "\",\" or \"]\"";
      default:
        return "a value";
    }
  }();
  if (at == end_) fail_end("where " + std::string(expected) + " is expected");
  fail(at, "expected " + std::string(expected));
}

void Reader::fail_depth(const char* at) const {
  const Position position = locate(at);
  const std::string limit = std::to_string(max_depth_);
  throw Error(code::kInvalidJson, "invalid JSON: nested more than " + limit + " levels deep",
              "Line " + std::to_string(position.line) + ", column " + std::to_string(position.column) + ".",
              "Objects and arrays may stand inside each other up to " + limit +
                  " levels deep; flatten the document, or keep the deep part as a string.");
}

void Reader::fail_misuse(std::string_view call) const {
  throw Error(code::kInternal, "json reader: " + std::string(call) + "() where no value begins");
}

}  // namespace whimbrel::json
