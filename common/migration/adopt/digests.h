// The checksums that other tools keep of their files.
#pragma once

#include <openssl/types.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace whimbrel {

// CRC-32 as zlib's and Go's ChecksumIEEE; `crc` is that of what came before.
std::uint32_t crc32(std::string_view bytes, std::uint32_t crc = 0);

// Lower-case hexadecimal digits; `algorithm` is libcrypto's name: "SHA1", "SHA384".
std::string digest_hex(const char* algorithm, std::string_view bytes);

// Whether a text may be what digest_hex() gives for a digest of that many bytes.
bool is_digest_hex(std::string_view text, std::size_t bytes);

// A digest that is asked for while more is still to come.
class RunningDigest {
 public:
  explicit RunningDigest(const char* algorithm);  // as in digest_hex()
  void add(std::string_view bytes);
  std::string so_far() const;  // the bytes of the digest

 private:
  struct Free {
    void operator()(EVP_MD_CTX* context) const;
  };
  std::unique_ptr<EVP_MD_CTX, Free> context_;
};

// SipHash-1-3 with a key of zeros, as Rust's DefaultHasher.
std::uint64_t siphash13(std::string_view bytes);

}  // namespace whimbrel
