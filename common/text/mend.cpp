#include "common/text/mend.h"

#include "common/text/utf8.h"

namespace whimbrel {

std::string mend_text(std::string_view text, std::string_view instead) {
  std::string mended;
  mended.reserve(text.size());
  const char* const end = text.data() + text.size();
  for (const char* p = text.data(); p != end;) {
    const bool ascii = static_cast<unsigned char>(*p) < 0x80;
    const int length = ascii ? (*p == '\0' ? 0 : 1) : utf8_sequence(p, end);
    if (length > 0) {
      mended.append(p, static_cast<std::size_t>(length));
      p += length;
    } else {
      mended += instead;
      ++p;
    }
  }
  return mended;
}

}  // namespace whimbrel
