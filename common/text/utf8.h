// UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF.
#pragma once

#include <cstddef>
#include <string_view>

namespace whimbrel {

inline constexpr std::size_t kValidUtf8 = static_cast<std::size_t>(-1);

// Offset of the first byte that is not valid UTF-8, or kValidUtf8.
std::size_t find_invalid_utf8(std::string_view text);

}  // namespace whimbrel
