// The checksums that other tools keep of their files.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace whimbrel {

// CRC-32 as zlib's and Go's ChecksumIEEE; `crc` is that of what came before.
std::uint32_t crc32(std::string_view bytes, std::uint32_t crc = 0);

// Whether a text may be a digest of that many bytes in lower-case hexadecimal digits.
bool is_digest_hex(std::string_view text, std::size_t bytes);

// SipHash-1-3 with a key of zeros, as Rust's DefaultHasher.
std::uint64_t siphash13(std::string_view bytes);

}  // namespace whimbrel
