// Whole values: read, checked and perhaps kept, without making tokens of them.
#include "common/error.h"
#include "common/json/reader_scan.h"

namespace whimbrel::json {

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

Token Reader::next_value_slowly() {
  const Token token = peek();
  if (token != Token::begin_object && token != Token::begin_array) return next();
  scan_value<Keep::token>("next_value");
  text_ = start_;
  text_size_ = static_cast<std::size_t>(p_ - start_);
  return token;
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
