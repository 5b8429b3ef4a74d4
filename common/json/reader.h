// A streaming pull reader of JSON: strict RFC 8259 (a BOM in front is accepted), constant memory apart from the
// longest single string or raw value, numbers as their exact text. Errors are kInvalidJson and say line and column.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "common/json/source.h"

namespace whimbrel::json {

enum class Token : std::uint8_t {
  begin_object, end_object, begin_array, end_array, key, string, number, true_value, false_value, null, end
};

struct Position {
  std::uint64_t offset = 0;  // bytes from the start of the source
  std::uint64_t line = 1;    // 1-based
  std::uint64_t column = 1;  // 1-based, in characters (code points)
};

struct ReaderOptions {
  std::size_t max_depth = 10'000;
  Position start{};             // where `source` begins within a larger text, for positions in errors
  bool many = false;            // several values one after another (JSON lines): after one the next begins, `end` at the end of input
};

class Reader {
 public:
  Reader(ByteSource& source, ReaderOptions options = {});
  Reader(std::string_view text, ReaderOptions options = {});  // `text` must live as long as the reader; it is not copied
  ~Reader();
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  // The next token; Token::end after the last value (again and again).
  Token next();
  // What next() would return, without consuming it.
  Token peek();
  // Of a key or string: its characters, unescaped, valid UTF-8 (it may hold U+0000). Of a number: its exact text.
  // Valid until the next call of any other method.
  std::string_view text() const;
  // Of a number: true when it has neither fraction nor exponent.
  bool is_integer() const;

  // Where a value may begin (after a key, in an array, at the top): reads the whole value, checks it, and returns its
  // bytes verbatim. Valid until the next call. Duplicate keys inside are accepted.
  std::string_view raw_value();
  // The same without keeping the bytes: constant memory.
  void skip_value();

  std::size_t depth() const;   // how many objects and arrays are open
  Position position() const;   // of the first byte of the last token
  Position end_position() const;  // just after the last token

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Whether `text` is one valid JSON value (with the same strictness), and if not, why.
bool is_valid(std::string_view text, std::size_t max_depth = 10'000);

}  // namespace whimbrel::json
