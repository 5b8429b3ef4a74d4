#include "common/json/text_walk.h"

#include <algorithm>
#include <cstddef>

#include "common/json/bracket_scan.h"
#include "common/json/scan.h"
#include "common/text/hex.h"

namespace whimbrel::json {

namespace {

unsigned hex(const char* p) {
  unsigned value = 0;
  for (int i = 0; i < 4; ++i) {
    value = value << 4 | (hex_value(p[i]) & 15);
  }
  return value;
}

void append_utf8(std::string& out, unsigned code) {
  const auto tail = [&](int shift) { out += static_cast<char>(0x80 | (code >> shift & 0x3f)); };
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xc0 | code >> 6);
    tail(0);
  } else if (code < 0x10000) {
    out += static_cast<char>(0xe0 | code >> 12);
    tail(6);
    tail(0);
  } else {
    out += static_cast<char>(0xf0 | code >> 18);
    tail(12);
    tail(6);
    tail(0);
  }
}

}  // namespace

const char* find_quote(const char* p, const char* end) {
  for (;;) {
    p = skip_plain(p, end);
    if (p == end || *p == '"') return p;
    if (*p == '\\' && ++p == end) return p;
    ++p;
  }
}

const char* skip_container(const char* p, const char* end) {
  BracketScan scan;
  while (!scan.ended() && p != end) {
    if (end - p >= static_cast<std::ptrdiff_t>(BracketScan::kSize)) {
      p = scan.block(p);
    } else {
      while (p != end && !scan.ended()) scan.byte(*p++);
    }
  }
  return p;
}

const char* skip_value(const char* p, const char* end) {
  if (p == end) return end;
  if (*p == '{' || *p == '[') return skip_container(p, end);
  if (*p != '"') return skip_word(p, end);
  p = find_quote(p + 1, end);
  return p == end ? end : p + 1;
}

const char* unescape_one(const char* p, const char* end, std::string& out) {
  if (end - p < 2) return end;
  const char c = p[1];
  if (c != 'u') {
    constexpr std::string_view kFrom = "bfnrt", kTo = "\b\f\n\r\t";
    const std::size_t at = kFrom.find(c);
    out += at == std::string_view::npos ? c : kTo[at];
    return p + 2;
  }
  if (end - p < 6) return end;
  unsigned code = hex(p + 2);
  p += 6;
  if (code >= 0xd800 && code < 0xe000) {
    const bool pair = code < 0xdc00 && end - p >= 6 && p[0] == '\\' && p[1] == 'u' && hex(p + 2) >= 0xdc00 &&
                      hex(p + 2) < 0xe000;
    if (pair) {
      code = 0x10000 + ((code - 0xd800) << 10) + (hex(p + 2) - 0xdc00);
      p += 6;
    } else {
      code = 0xfffd;
    }
  }
  append_utf8(out, code);
  return p;
}

bool has_escape(const char* begin, const char* end) { return std::find(begin, end, '\\') != end; }

std::string unescaped(const char* begin, const char* end) {
  std::string out;
  while (begin != end) {
    if (*begin == '\\') {
      begin = unescape_one(begin, end, out);
    } else {
      out += *begin++;
    }
  }
  return out;
}

}  // namespace whimbrel::json
