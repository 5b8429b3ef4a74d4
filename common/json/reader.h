// A streaming pull reader of JSON: strict RFC 8259 (a BOM in front is accepted), constant memory apart from
// the longest single string or raw value, numbers as their exact text. Errors are kInvalidJson and say line
// and column.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

#include "common/json/source.h"

namespace whimbrel::json {

enum class Token : std::uint8_t {
  begin_object,
  end_object,
  begin_array,
  end_array,
  key,
  string,
  number,
  true_value,
  false_value,
  null,
  end
};

struct Position {
  std::uint64_t offset = 0;  // bytes from the start of the source
  std::uint64_t line = 1;    // 1-based
  std::uint64_t column = 1;  // 1-based, in characters (code points)
};

struct ReaderOptions {
  std::size_t max_depth = 10'000;
  Position start{};   // where `source` begins within a larger text, for positions in errors
  bool many = false;  // several values one after another (JSON lines): after one the next begins, `end` at
                      // the end of input
};

class Reader {
 public:
  Reader(ByteSource& source, ReaderOptions options = {});
  Reader(std::string_view text,
         ReaderOptions options = {});  // `text` must live as long as the reader; it is not copied
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  // The next token; Token::end after the last value (again and again).
  Token next();
  // What next() would return, without consuming it.
  Token peek();
  // Of a key or string: its characters, unescaped, valid UTF-8 (it may hold U+0000). Of a number: its exact
  // text. Valid until the next call of any other method.
  std::string_view text() const { return {text_, text_size_}; }
  // Of a number: true when it has neither fraction nor exponent.
  bool is_integer() const { return integer_; }

  // For objects whose keys are known and mostly come in order: if the next token is a key that stands there
  // exactly as `encoded` (what write_string() writes, and a colon: "\"id\":"), takes it as next() would and
  // returns true. Else takes nothing; next() then finds the same key written otherwise, another key, or what
  // is there. text() has no meaning after true.
  bool accept_key(std::string_view encoded) {
    const std::size_t size = encoded.size();
    if (expect_ != Expect::after_value || !in_object() || static_cast<std::size_t>(end_ - p_) <= size ||
        *p_ != ',' || !same_bytes(p_ + 1, encoded.data(), size))
      return accept_key_slowly(encoded);
    take_key(p_ + 1, size);
    return true;
  }

  // Where a value may begin: if an integer of at most 18 digits stands there, without white space before it,
  // takes it as next() would and returns true. Else (rarely also then) takes nothing. text() has no meaning
  // after true.
  bool accept_integer(std::int64_t& value) {
    constexpr std::ptrdiff_t kDigits = 18;  // that cannot overflow 64 bits
    if (expect_ != Expect::value || end_ - p_ <= kDigits + 1) return false;
    const char* const first = p_ + (*p_ == '-' ? 1 : 0);
    const char* q = first;
    std::int64_t magnitude = 0;
    for (unsigned digit; (digit = static_cast<unsigned char>(*q) - unsigned{'0'}) < 10 && q - first < kDigits;
         ++q)
      magnitude = magnitude * 10 + digit;
    if (q == first || (*first == '0' && q - first != 1) || *q == '.' || (*q | 0x20) == 'e' ||
        static_cast<unsigned char>(*q - '0') < 10)
      return false;
    value = first == p_ ? magnitude : -magnitude;
    start_ = p_;
    p_ = token_end_ = q;
    start_gone_ = token_end_gone_ = false;
    expect_ = Expect::after_value;
    return true;
  }

  // Where a value may begin: a scalar as next() reads it; of an object or array the whole value as
  // raw_value() reads it, with Token::begin_object or begin_array, its bytes as text().
  Token next_value() {
    const bool scalar = expect_ == Expect::value && p_ != end_ && static_cast<unsigned char>(*p_) > ' ' &&
                        (*p_ | 0x20) != '{';  // which [ becomes too
    return scalar ? next() : next_value_slowly();
  }

  // Where a value may begin (after a key, in an array, at the top): reads the whole value, checks it, and
  // returns its bytes verbatim. Valid until the next call. Duplicate keys inside are accepted.
  std::string_view raw_value();
  // The same; what it consists of goes to `sink` on the way, so that no second look at the bytes is needed.
  // See reader_value.h, which has the template and says what a sink is.
  template <typename Sink>
  std::string_view raw_value_to(Sink& sink);
  // The same of an object or array that was checked in an earlier reading: only its strings and brackets are
  // followed. What is not valid is not noticed here; then more or less than the value may be taken, but never
  // more than there is.
  std::string_view raw_container_again();
  // As raw_value(), without keeping the bytes: constant memory.
  void skip_value();

  std::size_t depth() const { return depth_; }  // how many objects and arrays are open
  Position position() const;                    // of the first byte of the last token
  Position end_position() const;                // just after the last token

 private:
  // What may stand where p_ is, or after the white space there.
  enum class Expect : std::uint8_t {
    start,            // the first value, after a BOM
    value,            // a value and nothing else
    first_in_array,   // a value or ]
    first_in_object,  // a key or }
    key,              // a key and nothing else
    after_value       // a comma or the end of what is open; outside of everything the end, or the next value
  };
  // What has to stay in memory when more is read.
  enum class Keep : std::uint8_t {
    token,   // everything from start_ on
    nothing  // only what was not looked at yet
  };

  bool refill(const char*& p, Keep keep);
  bool ensure(const char*& p, std::size_t size, Keep keep);
  void move_to_front(const char* from);
  Position locate(const char* at) const;
  void set_mark(const char* at) const;
  [[noreturn]] void fail(const char* at, std::string_view what) const;
  [[noreturn]] void fail_end(std::string_view where) const;
  [[noreturn]] void fail_unexpected(const char* at) const;
  [[noreturn]] void fail_depth(const char* at) const;
  [[noreturn]] void fail_misuse(std::string_view call) const;

  // As memcmp() finds, without the call: keys are short.
  static bool same_bytes(const char* a, const char* b, std::size_t size) {
    const auto same = [&](std::size_t at, auto word) {
      auto other = word;
      std::memcpy(&word, a + at, sizeof word);
      std::memcpy(&other, b + at, sizeof other);
      return word == other;
    };
    if (size < 4 || size > 16) return std::memcmp(a, b, size) == 0;
    if (size >= 8) return same(0, std::uint64_t{}) && same(size - 8, std::uint64_t{});
    return same(0, std::uint32_t{}) && same(size - 4, std::uint32_t{});
  }

  bool in_object() const { return (levels_ & 1) != 0; }
  void push(const char* at, bool object);
  void pop();

  int prepare();
  int prepare_at_top();
  void skip_space(const char*& p, Keep keep);
  const char* scan_string(const char* p, Keep keep, bool& escaped);
  const char* scan_non_ascii(const char* p, Keep keep);
  const char* scan_escape(const char* p, Keep keep);
  const char* scan_number(const char* p, Keep keep);
  const char* scan_number_slowly(const char* p, Keep keep);
  const char* scan_literal(const char* p, Keep keep, std::string_view literal);
  void unescape(const char* from, const char* to);
  Token read_key(const char* p);
  Token read_string(const char* p);
  void take_key(const char* p, std::size_t size) {
    start_ = p;
    token_end_ = p + size - 1;
    start_gone_ = token_end_gone_ = false;
    p_ = p + size;
    expect_ = Expect::value;
  }
  bool accept_key_slowly(std::string_view encoded);
  Token next_value_slowly();
  Token finish(const char* p, Token token);
  template <Keep keep, typename Sink>
  void scan_value(std::string_view call, Sink& sink);
  template <Keep keep, typename Sink, typename Take>
  const char* scan_text(const char* p, const Take& take);
  template <Keep keep, typename Sink>
  const char* scan_number_to(const char* p, Sink& sink);

  const char* p_ = nullptr;      // the next byte to look at
  const char* end_ = nullptr;    // of what is in memory
  const char* start_ = nullptr;  // first byte of the last token
  const char* text_ = nullptr;
  std::size_t text_size_ = 0;
  std::uint64_t levels_ =
      0;  // one bit for each open object (1) or array (0), the innermost lowest; 64 of depth_
  std::size_t depth_ = 0;
  Expect expect_ = Expect::start;
  bool integer_ = false;
  bool many_;
  bool ended_;               // the source gives no more
  bool start_gone_ = false;  // start_ left memory: start_position_ has it
  bool token_end_gone_ = false;
  const char* token_end_ = nullptr;
  std::vector<std::uint64_t> outer_levels_;

  ByteSource* source_ = nullptr;
  std::unique_ptr<char[]> buffer_;
  std::size_t capacity_ = 0;
  std::unique_ptr<char[]> unescaped_;
  std::size_t unescaped_capacity_ = 0;
  std::size_t max_depth_;
  Position start_position_{}, token_end_position_{};
  // A place in memory whose position is known; positions are counted from here, each byte about once.
  mutable const char* mark_ = nullptr;
  mutable Position mark_position_{};
};

// Whether `text` is one valid JSON value (with the same strictness), and if not, why.
// A BOM in front makes it invalid: such a text cannot stand inside of another one.
bool is_valid(std::string_view text, std::size_t max_depth = 10'000);

}  // namespace whimbrel::json
