// The checksums that other tools keep of their files.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace whimbrel {

// CRC-32 as zlib's and Go's ChecksumIEEE; `crc` is that of what came before.
std::uint32_t crc32(std::string_view bytes, std::uint32_t crc = 0);

// Lower-case hexadecimal digits; `algorithm` is libcrypto's name: "SHA1", "SHA384".
std::string digest_hex(const char* algorithm, std::string_view bytes);

}  // namespace whimbrel
