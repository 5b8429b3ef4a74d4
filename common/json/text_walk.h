// Small steps through the bytes of a document that is known to be valid JSON: white space, strings,
// containers, escapes. Of another text less is found, and nothing behind `end` is read. Internal to what
// changes or searches documents in place; who has to check one uses the Reader.
#pragma once

#include <string>
#include <string_view>

#include "common/text/ascii.h"

namespace whimbrel::json {

inline const char* skip_space(const char* p, const char* end) {
  while (p != end && is_json_space(*p)) ++p;
  return p;
}

// `p` is behind the opening quote; the closing one, or `end`.
const char* find_quote(const char* p, const char* end);

// `p` is at the opening bracket; behind the closing one.
const char* skip_container(const char* p, const char* end);

// Over a number or a literal.
inline const char* skip_word(const char* p, const char* end) {
  while (p != end && *p != ',' && *p != ']' && *p != '}' && !is_json_space(*p)) ++p;
  return p;
}

// `p` is at the first byte of a value; behind it.
const char* skip_value(const char* p, const char* end);

bool has_escape(const char* begin, const char* end);

// What the escape at `p` (its backslash) stands for goes to `out`; returns what is behind it. A surrogate
// without its other half becomes U+FFFD.
const char* unescape_one(const char* p, const char* end, std::string& out);

// The characters of a string or key, whose bytes between the quotes these are.
std::string unescaped(const char* begin, const char* end);

}  // namespace whimbrel::json
