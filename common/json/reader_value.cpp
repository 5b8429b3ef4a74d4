// Whole values that go to nobody: see reader_value.h.
#include "common/json/reader_value.h"

#include "common/error.h"
#include "common/json/bracket_scan.h"

namespace whimbrel::json {

std::string_view Reader::raw_value() {
  NoSink sink;
  return raw_value_to(sink);
}

Token Reader::next_value_slowly() {
  const Token token = peek();
  if (token != Token::begin_object && token != Token::begin_array) return next();
  NoSink sink;
  scan_value<Keep::token>("next_value", sink);
  text_ = start_;
  text_size_ = static_cast<std::size_t>(p_ - start_);
  return token;
}

std::string_view Reader::raw_container_again() {
  const Token token = peek();
  if (token != Token::begin_object && token != Token::begin_array) fail_misuse("raw_container_again");
  const char* p = p_;
  start_ = p;
  start_gone_ = false;
  token_end_gone_ = true;  // until there is a new one
  BracketScan scan;
  for (;;) {
    if (end_ - p >= static_cast<std::ptrdiff_t>(BracketScan::kSize)) {
      p = scan.block(p);
    } else {
      while (p != end_ && !scan.ended()) scan.byte(*p++);
    }
    if (scan.ended()) break;
    if (end_ - p < static_cast<std::ptrdiff_t>(BracketScan::kSize) && !refill(p, Keep::token) && p == end_)
      fail_end("inside an object or array");
  }
  finish(p, Token::null);
  return {start_, static_cast<std::size_t>(p - start_)};
}

void Reader::skip_value() {
  NoSink sink;
  scan_value<Keep::nothing>("skip_value", sink);
}

bool is_valid(std::string_view text, std::size_t max_depth) {
  if (text.starts_with("\xEF\xBB\xBF")) return false;  // it stands in front of a file, not of a value
  try {
    Reader reader(text, {.max_depth = max_depth});
    reader.skip_value();
    return reader.next() == Token::end;
  } catch (const Error&) {
    return false;
  }
}

}  // namespace whimbrel::json
