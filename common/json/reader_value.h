// Whole values: read, checked and perhaps kept, without making tokens of them. What a value consists of can
// go to a sink meanwhile. Included by reader_value.cpp and by whoever has a sink of its own.
//
// A sink has kWanted (false: it is not called at all) and, in the order of the text,
//   begin(object), end()     an object or array
//   key(text, readable)      unescaped; bytes of memory up to `readable` may be read, whatever they are
//   string(text, readable)
//   integer(value)           a number without fraction and exponent, of at most 18 digits; -0 is 0
//   number(text)             any other number (and, rarely, one of those)
//   literal(first)           'n', 't' or 'f'
// When the value turns out to be invalid, the Error leaves the sink in the middle.
#pragma once

#include "common/json/reader_scan.h"

namespace whimbrel::json {

struct NoSink {
  static constexpr bool kWanted = false;
  void begin(bool) {}
  void end() {}
  void key(std::string_view, const char*) {}
  void string(std::string_view, const char*) {}
  void integer(std::int64_t) {}
  void number(std::string_view) {}
  void literal(char) {}
};

// `p` is at the opening quote; returns what is behind the closing one.
template <Reader::Keep keep, typename Sink, typename Take>
inline const char* Reader::scan_text(const char* p, const Take& take) {
  bool escaped = false;
  if constexpr (!Sink::kWanted) {
    return scan_string(p + 1, keep, escaped) + 1;
  } else {
    static_assert(keep == Keep::token);
    // A refill moves the text, together with what start_ points to.
    const std::ptrdiff_t offset = p + 1 - start_;
    const char* const quote = scan_string(p + 1, keep, escaped);
    std::string_view text(start_ + offset, static_cast<std::size_t>(quote - start_ - offset));
    const char* readable = end_;
    if (escaped) [[unlikely]] {
      unescape(text.data(), quote);
      text = {text_, text_size_};
      readable = unescaped_.get() + unescaped_capacity_;
    }
    take(text, readable);  // in one place, so that it is inlined
    return quote + 1;
  }
}

// `p` is at '-' or a digit; returns what is behind the number.
template <Reader::Keep keep, typename Sink>
[[gnu::always_inline]] inline const char* Reader::scan_number_to(const char* p, Sink& sink) {
  if constexpr (!Sink::kWanted) {
    return scan_number(p, keep);
  } else {
    static_assert(keep == Keep::token);
    constexpr std::ptrdiff_t kSafeDigits = 18;  // that cannot overflow 64 bits
    if (end_ - p > kSafeDigits + 1) {
      // Within the window, so that its end need not be looked at.
      const char* const first = p + (*p == '-' ? 1 : 0);
      const char* q = first;
      std::int64_t value = 0;
      while (q - first < kSafeDigits && is_digit(*q)) value = value * 10 + (*q++ - '0');
      const bool grammatical = q - first == 1 || (q != first && *first != '0');
      if (grammatical && !is_digit(*q) && *q != '.' && (*q | 0x20) != 'e') {
        sink.integer(first == p ? value : -value);
        return q;
      }
    }
    const std::ptrdiff_t offset = p - start_;
    const char* const end = scan_number(p, keep);
    const char* const text = start_ + offset;
    sink.number({text, static_cast<std::size_t>(end - text)});
    return end;
  }
}

template <Reader::Keep keep, typename Sink>
void Reader::scan_value(std::string_view call, Sink& sink) {
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
  const auto space = [&] {
    skip_space(p, keep);
    if (p == end_) fail_unexpected(p);
  };
  for (;;) {
    // A value begins at p.
    expect_ = Expect::value;
    switch (*p) {
      case '"':
        p = scan_text<keep, Sink>(
            p, [&](std::string_view text, const char* readable) { sink.string(text, readable); });
        break;
      case '{':
        push(p, true);
        sink.begin(true);
        ++p;
        expect_ = Expect::first_in_object;
        space();
        if (*p != '}') goto key;
        pop();
        sink.end();
        ++p;
        break;
      case '[':
        push(p, false);
        sink.begin(false);
        ++p;
        expect_ = Expect::first_in_array;
        space();
        if (*p != ']') continue;
        pop();
        sink.end();
        ++p;
        break;
      case 't':
        p = scan_literal(p, keep, "true");
        sink.literal('t');
        break;
      case 'f':
        p = scan_literal(p, keep, "false");
        sink.literal('f');
        break;
      case 'n':
        p = scan_literal(p, keep, "null");
        sink.literal('n');
        break;
      default:
        if (*p != '-' && !is_digit(*p)) fail_unexpected(p);
        p = scan_number_to<keep>(p, sink);
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
      sink.end();
      ++p;
    }
    ++p;
    expect_ = in_object() ? Expect::key : Expect::value;
    space();
    if (!in_object()) continue;
  key:
    if (*p != '"') fail_unexpected(p);
    p = scan_text<keep, Sink>(p,
                              [&](std::string_view text, const char* readable) { sink.key(text, readable); });
    skip_space(p, keep);
    if (p == end_) fail_end("where \":\" is expected");
    if (*p != ':') fail(p, "expected \":\"");
    ++p;
    expect_ = Expect::value;
    space();
  }
}

template <typename Sink>
std::string_view Reader::raw_value_to(Sink& sink) {
  scan_value<Keep::token>("raw_value", sink);
  return {start_, static_cast<std::size_t>(p_ - start_)};
}

}  // namespace whimbrel::json
