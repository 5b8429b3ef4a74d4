// The pull reader's tokens: see reader.h.
#include "common/json/reader.h"

#include "common/json/reader_scan.h"
#include "common/text/ascii.h"

namespace whimbrel::json {

namespace {

constexpr std::string_view kBom = "\xef\xbb\xbf";

}  // namespace

Reader::Reader(ByteSource& source, ReaderOptions options)
    : many_(options.many), ended_(false), source_(&source), max_depth_(options.max_depth) {
  mark_position_ = start_position_ = token_end_position_ = options.start;
}

Reader::Reader(std::string_view text, ReaderOptions options)
    : p_(text.data()),
      end_(text.data() + text.size()),
      start_(text.data()),
      many_(options.many),
      ended_(true),
      token_end_(text.data()),
      max_depth_(options.max_depth),
      mark_(text.data()) {
  mark_position_ = start_position_ = token_end_position_ = options.start;
}

// The same outside of all objects and arrays.
int Reader::prepare_at_top() {
  const char* p = p_;
  if (expect_ == Expect::start) {
    if (mark_position_.offset == 0 && ensure(p, kBom.size(), Keep::nothing) &&
        std::string_view(p, kBom.size()) == kBom) {
      p += kBom.size();
      set_mark(p);
      mark_position_.column = start_position_.column;
      start_ = token_end_ = p;
    }
    skip_space(p, Keep::nothing);
    p_ = p;
    if (p == end_ && !many_) fail_unexpected(p);
    if (p == end_) return -1;
    expect_ = Expect::value;
    return static_cast<unsigned char>(*p);
  }
  const bool apart = (p != end_ || refill(p, Keep::nothing)) && is_json_space(*p);
  skip_space(p, Keep::nothing);
  p_ = p;
  if (p == end_) return -1;
  if (!many_) fail(p, "expected the end of the text");
  if (!apart) fail(p, "expected white space between two values");
  expect_ = Expect::value;
  return static_cast<unsigned char>(*p);
}

inline Token Reader::read_string(const char* p) {
  bool escaped = false;
  const char* const quote = scan_string(p + 1, Keep::token, escaped);
  text_ = start_ + 1;
  text_size_ = static_cast<std::size_t>(quote - text_);
  if (escaped) unescape(text_, quote);
  return finish(quote + 1, Token::string);
}

inline Token Reader::read_key(const char* p) {
  bool escaped = false;
  p = scan_string(p + 1, Keep::token, escaped);
  const std::size_t size = static_cast<std::size_t>(p - start_) - 1;
  ++p;
  skip_space(p, Keep::token);
  if (p == end_) fail_end("where \":\" is expected");
  if (*p != ':') fail(p, "expected \":\"");
  // Only now: the colon may have come with a refill.
  text_ = start_ + 1;
  text_size_ = size;
  token_end_ = text_ + size + 1;
  token_end_gone_ = false;
  if (escaped) unescape(text_, text_ + size);
  p_ = p + 1;
  expect_ = Expect::value;
  return Token::key;
}

Token Reader::next() {
  const int c = prepare();
  if (c < 0) {
    start_ = token_end_ = p_;
    start_gone_ = token_end_gone_ = false;
    return Token::end;
  }
  const char* const p = p_;
  start_ = p;
  start_gone_ = false;
  token_end_gone_ = true;  // until there is a new one
  if (c == '"') {
    switch (expect_) {
      case Expect::first_in_object:
      case Expect::key:
        return read_key(p);
      case Expect::after_value:
        fail_unexpected(p);
      default:
        return read_string(p);
    }
  }
  if (c == '}' || c == ']') {
    const bool closes =
        c == '}' ? expect_ == Expect::first_in_object || (expect_ == Expect::after_value && in_object())
                 : expect_ == Expect::first_in_array || (expect_ == Expect::after_value && !in_object());
    if (!closes) fail_unexpected(p);
    pop();
    return finish(p + 1, c == '}' ? Token::end_object : Token::end_array);
  }
  if (expect_ != Expect::value && expect_ != Expect::first_in_array) fail_unexpected(p);
  switch (c) {
    case '{':
      push(p, true);
      finish(p + 1, Token::begin_object);
      expect_ = Expect::first_in_object;
      return Token::begin_object;
    case '[':
      push(p, false);
      finish(p + 1, Token::begin_array);
      expect_ = Expect::first_in_array;
      return Token::begin_array;
    case 't':
      return finish(scan_literal(p, Keep::token, "true"), Token::true_value);
    case 'f':
      return finish(scan_literal(p, Keep::token, "false"), Token::false_value);
    case 'n':
      return finish(scan_literal(p, Keep::token, "null"), Token::null);
    default: {
      if (c != '-' && !is_digit(static_cast<char>(c))) fail_unexpected(p);
      const char* const end = scan_number(p, Keep::token);
      text_ = start_;
      text_size_ = static_cast<std::size_t>(end - start_);
      return finish(end, Token::number);
    }
  }
}

// The first key of an object, a key behind white space, at the end of the window, or none.
bool Reader::accept_key_slowly(std::string_view encoded) {
  const int c = prepare();
  if (c != '"' || (expect_ != Expect::key && expect_ != Expect::first_in_object)) return false;
  const char* p = p_;
  const bool found =
      ensure(p, encoded.size(), Keep::nothing) && std::memcmp(p, encoded.data(), encoded.size()) == 0;
  if (found) take_key(p, encoded.size());
  return found;
}

Token Reader::peek() {
  const int c = prepare();
  switch (c) {
    case -1:
      return Token::end;
    case '"':
      return expect_ == Expect::key || expect_ == Expect::first_in_object ? Token::key : Token::string;
    case '{':
      return Token::begin_object;
    case '}':
      return Token::end_object;
    case '[':
      return Token::begin_array;
    case ']':
      return Token::end_array;
    case 't':
      return Token::true_value;
    case 'f':
      return Token::false_value;
    case 'n':
      return Token::null;
    default:
      if (c != '-' && !is_digit(static_cast<char>(c))) fail_unexpected(p_);
      return Token::number;
  }
}

}  // namespace whimbrel::json
