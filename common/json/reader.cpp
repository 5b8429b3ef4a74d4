// The pull reader: see reader.h. A window of the source lies in memory; p_ runs through it, and where it
// meets the window's end, refill() brings more and moves what has to stay. So every loop here looks at the
// end only where it reads, and pointers into the window are taken anew after a refill.
#include "common/json/reader.h"

#include <algorithm>
#include <cstring>

#include "common/error.h"
#include "common/json/scan.h"
#include "common/text/utf8.h"

namespace whimbrel::json {

namespace {

constexpr std::string_view kBom = "\xef\xbb\xbf";
constexpr std::string_view kInString = "inside a string";
constexpr std::string_view kInNumber = "inside a number";

bool is_digit(char c) { return static_cast<unsigned char>(c - '0') < 10; }
bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

// A hexadecimal digit's value, or more than 15.
unsigned hex_value(char c) {
  const unsigned digit = static_cast<unsigned char>(c) - '0';
  if (digit < 10) return digit;
  const unsigned letter = (static_cast<unsigned char>(c) | 0x20u) - 'a';
  return letter < 6 ? letter + 10 : 16;
}

// Four hexadecimal digits, or above 0xffff.
unsigned hex4(const char* p) {
  const unsigned a = hex_value(p[0]), b = hex_value(p[1]), c = hex_value(p[2]), d = hex_value(p[3]);
  return (a | b | c | d) > 15 ? 0x10000 : a << 12 | b << 8 | c << 4 | d;
}

bool is_high_surrogate(unsigned unit) { return unit >= 0xd800 && unit < 0xdc00; }
bool is_low_surrogate(unsigned unit) { return unit >= 0xdc00 && unit < 0xe000; }

char* put_utf8(char* at, unsigned point) {
  const auto tail = [](unsigned bits) { return static_cast<char>(0x80 | (bits & 0x3f)); };
  if (point < 0x80) {
    *at++ = static_cast<char>(point);
  } else if (point < 0x800) {
    *at++ = static_cast<char>(0xc0 | point >> 6);
    *at++ = tail(point);
  } else if (point < 0x10000) {
    *at++ = static_cast<char>(0xe0 | point >> 12);
    *at++ = tail(point >> 6);
    *at++ = tail(point);
  } else {
    *at++ = static_cast<char>(0xf0 | point >> 18);
    *at++ = tail(point >> 12);
    *at++ = tail(point >> 6);
    *at++ = tail(point);
  }
  return at;
}

// What the letter after a backslash stands for; 0 for u and for everything that is no escape.
char escape_value(char c) {
  switch (c) {
    case '"':
    case '\\':
    case '/':
      return c;
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return 0;
  }
}

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

inline void Reader::push(const char* at, bool object) {
  if (depth_ >= max_depth_) fail_depth(at);
  if (depth_ != 0 && depth_ % 64 == 0) outer_levels_.push_back(levels_);
  levels_ = levels_ << 1 | (object ? 1 : 0);
  ++depth_;
}

inline void Reader::pop() {
  levels_ >>= 1;
  --depth_;
  if (depth_ != 0 && depth_ % 64 == 0) {
    levels_ = outer_levels_.back();
    outer_levels_.pop_back();
  }
}

// Leaves p at the next byte that is no white space, or at end_ when the text is over.
inline void Reader::skip_space(const char*& p, Keep keep) {
  for (;;) {
    while (p != end_) {
      if (static_cast<unsigned char>(*p) > ' ' || !is_space(*p)) return;
      ++p;
    }
    if (!refill(p, keep)) return;
  }
}

// `p` is behind the opening quote; returns the closing one. Everything between is checked.
inline const char* Reader::scan_string(const char* p, Keep keep, bool& escaped) {
  for (;;) {
    p = skip_plain(p, end_);
    if (p == end_) {
      if (!refill(p, keep)) fail_end(kInString);
    } else if (*p == '"') {
      return p;
    } else if (*p == '\\') {
      escaped = true;
      p = scan_escape(p, keep);
    } else if (static_cast<unsigned char>(*p) < 0x20) {
      fail(p, "a control character in a string must be escaped");
    } else {
      p = scan_non_ascii(p, keep);
    }
  }
}

// Over a run of characters beyond ASCII; a single plain one between two of them, as a space between words,
// belongs to the run.
const char* Reader::scan_non_ascii(const char* p, Keep keep) {
  do {
    p = skip_short_sequences(p, end_);
    if (p == end_ || static_cast<unsigned char>(*p) < 0x80) {
      if (p != end_ && !is_special(*p)) ++p;
      continue;
    }
    const int length = utf8_sequence(p, end_);
    if (length > 0) {
      p += length;
    } else if (length == 0) {
      fail(p, "invalid UTF-8 in a string");
    } else if (!refill(p, keep)) {
      fail_end(kInString);
    }
  } while (p != end_ && static_cast<unsigned char>(*p) >= 0x80);
  return p;
}

// `p` is at a backslash; returns what is behind the escape (behind both halves of a surrogate pair).
const char* Reader::scan_escape(const char* p, Keep keep) {
  if (!ensure(p, 2, keep)) fail_end(kInString);
  if (escape_value(p[1]) != 0) return p + 2;
  if (p[1] != 'u') fail(p, "unknown escape in a string");
  if (!ensure(p, 6, keep)) fail_end(kInString);
  const unsigned unit = hex4(p + 2);
  if (unit > 0xffff) fail(p, "\\u needs four hexadecimal digits");
  if (is_low_surrogate(unit)) fail(p, "lone surrogate in a string");
  if (!is_high_surrogate(unit)) return p + 6;
  if (!ensure(p, 12, keep) || p[6] != '\\' || p[7] != 'u' || !is_low_surrogate(hex4(p + 8)))
    fail(p, "lone surrogate in a string");
  return p + 12;
}

// `p` is at '-' or a digit; returns the first byte behind the number, sets integer_.
inline const char* Reader::scan_number(const char* p, Keep keep) {
  const char* q = p;
  const char* const end = end_;
  if (*q == '-' && ++q == end) return scan_number_slowly(p, keep);
  if (*q == '0') {
    ++q;
  } else {
    if (!is_digit(*q)) fail(q, "expected a digit");
    do ++q;
    while (q != end && is_digit(*q));
  }
  if (q == end || *q == '.' || (*q | 0x20) == 'e') return scan_number_slowly(p, keep);
  integer_ = true;
  return q;
}

// The same for all numbers; goes on where it was when the window ends.
const char* Reader::scan_number_slowly(const char* p, Keep keep) {
  const auto more = [&] { return p != end_ || refill(p, keep); };
  const auto digits = [&] {
    if (!more()) fail_end(kInNumber);
    if (!is_digit(*p)) fail(p, "expected a digit");
    do ++p;
    while (more() && is_digit(*p));
  };
  integer_ = true;
  if (*p == '-') ++p;
  if (more() && *p == '0') {
    ++p;
  } else {
    digits();
  }
  if (more() && *p == '.') {
    integer_ = false;
    ++p;
    digits();
  }
  if (more() && (*p | 0x20) == 'e') {
    integer_ = false;
    ++p;
    if (more() && (*p == '+' || *p == '-')) ++p;
    digits();
  }
  return p;
}

inline const char* Reader::scan_literal(const char* p, Keep keep, std::string_view literal) {
  if (end_ - p >= static_cast<std::ptrdiff_t>(literal.size()) &&
      std::memcmp(p, literal.data(), literal.size()) == 0)
    return p + literal.size();
  for (const char c : literal) {
    if (p == end_ && !refill(p, keep)) fail_end("inside a literal");
    if (*p != c) fail(p, "expected a value");
    ++p;
  }
  return p;
}

// Fills text_ from a string body that scan_string() has accepted.
void Reader::unescape(const char* from, const char* to) {
  const std::size_t room = static_cast<std::size_t>(to - from) + kBlock;
  if (room > unescaped_capacity_) {
    unescaped_capacity_ = std::max(room, 2 * unescaped_capacity_);
    unescaped_ = std::make_unique_for_overwrite<char[]>(unescaped_capacity_);
  }
  char* at = unescaped_.get();
  while (from != to) {
    // 16 bytes at a time: what lies behind the backslash is written over.
    while (to - from >= static_cast<std::ptrdiff_t>(kBlock)) {
      const char* const special = copy_block(at, from);
      const std::ptrdiff_t plain = special == nullptr ? static_cast<std::ptrdiff_t>(kBlock) : special - from;
      at += plain;
      from += plain;
      if (special != nullptr) break;
    }
    while (from != to && *from != '\\') *at++ = *from++;
    if (from == to) break;
    const char c = escape_value(from[1]);
    if (c != 0) {
      *at++ = c;
      from += 2;
      continue;
    }
    unsigned point = hex4(from + 2);
    from += 6;
    if (is_high_surrogate(point)) {
      point = 0x10000 + ((point - 0xd800) << 10) + (hex4(from + 2) - 0xdc00);
      from += 6;
    }
    at = put_utf8(at, point);
  }
  text_ = unescaped_.get();
  text_size_ = static_cast<std::size_t>(at - unescaped_.get());
}

// Goes to the first byte of the next token and returns it, the comma before it read; -1 after the last value.
inline int Reader::prepare() {
  const char* p = p_;
  if (expect_ == Expect::after_value && depth_ != 0) {
    skip_space(p, Keep::nothing);
    p_ = p;
    if (p == end_) fail_unexpected(p);
    if (*p != ',') return static_cast<unsigned char>(*p);
    ++p;
    expect_ = in_object() ? Expect::key : Expect::value;
  } else if (expect_ == Expect::after_value || expect_ == Expect::start) {
    return prepare_at_top();
  }
  skip_space(p, Keep::nothing);
  p_ = p;
  if (p == end_) fail_unexpected(p);
  return static_cast<unsigned char>(*p);
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
  const bool apart = (p != end_ || refill(p, Keep::nothing)) && is_space(*p);
  skip_space(p, Keep::nothing);
  p_ = p;
  if (p == end_) return -1;
  if (!many_) fail(p, "expected the end of the text");
  if (!apart) fail(p, "expected white space between two values");
  expect_ = Expect::value;
  return static_cast<unsigned char>(*p);
}

inline Token Reader::finish(const char* p, Token token) {
  p_ = token_end_ = p;
  token_end_gone_ = false;
  expect_ = Expect::after_value;
  return token;
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

// Reads one whole value without making tokens of it.
template <Reader::Keep keep>
void Reader::scan_value(std::string_view call) {
  const int first = prepare();
  const bool at_close = first == (in_object() ? '}' : ']');
  if (expect_ == Expect::after_value && depth_ != 0 && !at_close) fail_unexpected(p_);
  if (first < 0 || (at_close && expect_ == Expect::first_in_array) ||
      (expect_ != Expect::value && expect_ != Expect::first_in_array))
    fail_misuse(call);
  const char* p = p_;
  start_ = p;
  start_gone_ = false;
  token_end_gone_ = true;  // until there is a new one
  const std::size_t base = depth_;
  bool escaped = false;
  const auto space = [&] {
    skip_space(p, keep);
    if (p == end_) fail_unexpected(p);
  };
  for (;;) {
    // A value begins at p.
    expect_ = Expect::value;
    switch (*p) {
      case '"':
        p = scan_string(p + 1, keep, escaped) + 1;
        break;
      case '{':
        push(p, true);
        ++p;
        expect_ = Expect::first_in_object;
        space();
        if (*p != '}') goto key;
        pop();
        ++p;
        break;
      case '[':
        push(p, false);
        ++p;
        expect_ = Expect::first_in_array;
        space();
        if (*p != ']') continue;
        pop();
        ++p;
        break;
      case 't':
        p = scan_literal(p, keep, "true");
        break;
      case 'f':
        p = scan_literal(p, keep, "false");
        break;
      case 'n':
        p = scan_literal(p, keep, "null");
        break;
      default:
        if (*p != '-' && !is_digit(*p)) fail_unexpected(p);
        p = scan_number(p, keep);
    }
    // A value ended before p.
    for (;;) {
      if (depth_ == base) {
        finish(p, Token::null);
        return;
      }
      expect_ = Expect::after_value;
      space();
      if (*p == ',') break;
      if (*p != (in_object() ? '}' : ']')) fail_unexpected(p);
      pop();
      ++p;
    }
    ++p;
    expect_ = in_object() ? Expect::key : Expect::value;
    space();
    if (!in_object()) continue;
  key:
    if (*p != '"') fail_unexpected(p);
    p = scan_string(p + 1, keep, escaped) + 1;
    skip_space(p, keep);
    if (p == end_) fail_end("where \":\" is expected");
    if (*p != ':') fail(p, "expected \":\"");
    ++p;
    expect_ = Expect::value;
    space();
  }
}

std::string_view Reader::raw_value() {
  scan_value<Keep::token>("raw_value");
  return {start_, static_cast<std::size_t>(p_ - start_)};
}

void Reader::skip_value() { scan_value<Keep::nothing>("skip_value"); }

bool is_valid(std::string_view text, std::size_t max_depth) {
  try {
    Reader reader(text, {.max_depth = max_depth});
    reader.skip_value();
    return reader.next() == Token::end;
  } catch (const Error&) {
    return false;
  }
}

}  // namespace whimbrel::json
