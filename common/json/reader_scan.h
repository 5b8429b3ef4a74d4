// The loops of the reader that both of its halves run in their hot paths: reader.cpp (tokens) and
// reader_value.cpp (whole values). Internal to common/json.
//
// A window of the source lies in memory; p_ runs through it, and where it meets the window's end, refill()
// brings more and moves what has to stay. So every loop looks at the end only where it reads, and takes
// pointers into the window anew after a refill.
#pragma once

#include <cstddef>
#include <cstring>
#include <string_view>

#include "common/json/reader.h"
#include "common/json/scan.h"
#include "common/text/ascii.h"

namespace whimbrel::json {

[[gnu::always_inline]] inline void Reader::push(const char* at, bool object) {
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
[[gnu::always_inline]] inline void Reader::skip_space(const char*& p, Keep keep) {
  // Mostly there is none, or one.
  if (end_ - p >= 2) {
    if (static_cast<unsigned char>(*p) > ' ') return;
    if (*p == ' ' && static_cast<unsigned char>(p[1]) > ' ') {
      ++p;
      return;
    }
  }
  for (;;) {
    while (p != end_) {
      if (static_cast<unsigned char>(*p) > ' ' || !is_json_space(*p)) return;
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
      if (!refill(p, keep)) fail_end("inside a string");
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

inline Token Reader::finish(const char* p, Token token) {
  p_ = token_end_ = p;
  token_end_gone_ = false;
  expect_ = Expect::after_value;
  return token;
}

}  // namespace whimbrel::json
