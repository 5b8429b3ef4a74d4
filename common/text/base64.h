// Base64 (RFC 4648, section 4, with padding, no line breaks).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace whimbrel {

constexpr std::size_t base64_size(std::size_t bytes) { return (bytes + 2) / 3 * 4; }
// Writes base64_size(bytes.size()) characters at `at`, returns the end.
char* encode_base64(char* at, std::string_view bytes);
// Decodes into `out` (cleared first); false when the text is not canonical base64.
bool decode_base64(std::string_view text, std::string& out);

}  // namespace whimbrel
