#include "common/migration/adopt/digests.h"

#include <openssl/evp.h>

#include <memory>

#include "common/error.h"

namespace whimbrel {

std::uint32_t crc32(std::string_view bytes, std::uint32_t crc) {
  constexpr std::uint32_t kPolynomial = 0xEDB88320;
  crc = ~crc;
  for (const char c : bytes) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? kPolynomial : 0);
  }
  return ~crc;
}

std::string digest_hex(const char* algorithm, std::string_view bytes) {
  struct Free {
    void operator()(EVP_MD* digest) const { EVP_MD_free(digest); }
  };
  const std::unique_ptr<EVP_MD, Free> digest(EVP_MD_fetch(nullptr, algorithm, nullptr));
  unsigned char value[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (!digest || EVP_Digest(bytes.data(), bytes.size(), value, &size, digest.get(), nullptr) != 1)
    throw Error(code::kUnsupported, std::string("libcrypto has no ") + algorithm);
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  for (unsigned int i = 0; i < size; ++i) (hex += kDigits[value[i] >> 4]) += kDigits[value[i] & 15];
  return hex;
}

}  // namespace whimbrel
