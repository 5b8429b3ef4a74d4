#include "common/transfer/hash.h"

namespace whimbrel {

std::string to_hex(const Hash& hash) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text(32, '0');
  for (std::size_t i = 0; i < 16; ++i) {
    text[i] = kDigits[(hash.high >> (60 - 4 * i)) & 15];
    text[16 + i] = kDigits[(hash.low >> (60 - 4 * i)) & 15];
  }
  return text;
}

}  // namespace whimbrel
