#include "common/text/utf8.h"

#include <cstdint>
#include <cstring>

namespace whimbrel {

namespace {

constexpr std::uint64_t kHighs = 0x8080808080808080u;

bool has_high_bit(const char* p) {
  std::uint64_t low, high;
  std::memcpy(&low, p, 8);
  std::memcpy(&high, p + 8, 8);
  return ((low | high) & kHighs) != 0;
}

}  // namespace

std::size_t find_invalid_utf8(std::string_view text) {
  const char* p = text.data();
  const char* const end = p + text.size();
  for (;;) {
    while (end - p >= 16 && !has_high_bit(p)) p += 16;
    while (p < end && static_cast<unsigned char>(*p) < 0x80) ++p;
    if (p == end) return kValidUtf8;
    do {
      const int length = utf8_sequence(p, end);
      if (length <= 0) return static_cast<std::size_t>(p - text.data());
      p += length;
    } while (p < end && static_cast<unsigned char>(*p) >= 0x80);
  }
}

}  // namespace whimbrel
