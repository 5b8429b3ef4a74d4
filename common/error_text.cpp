#include "common/error_text.h"

#include <algorithm>

namespace whimbrel {

std::string excerpt(std::string_view text, std::size_t most) {
  std::size_t size = std::min(text.size(), most);
  while (size > 0 && size < text.size() && (static_cast<unsigned char>(text[size]) & 0xc0) == 0x80) --size;
  std::string shown(text.substr(0, size));
  std::ranges::replace_if(
      shown, [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
  if (size < text.size()) shown += "…";
  return shown;
}

}  // namespace whimbrel
