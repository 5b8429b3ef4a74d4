// The rarer loops of the reader: escapes, characters beyond ASCII, numbers that are no plain integers.
#include "common/json/reader_scan.h"

#include <algorithm>

#include "common/text/utf8.h"

namespace whimbrel::json {

namespace {

constexpr std::string_view kInString = "inside a string";
constexpr std::string_view kInNumber = "inside a number";

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

}  // namespace whimbrel::json
