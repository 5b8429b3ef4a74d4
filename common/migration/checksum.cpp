#include "common/migration/checksum.h"

#include <openssl/evp.h>

#include <memory>

#include "common/error.h"

namespace whimbrel {

namespace {

struct FreeDigest {
  void operator()(EVP_MD* digest) const { EVP_MD_free(digest); }
};

// Looked up once: EVP_sha256() would be searched for among the providers at every call.
const EVP_MD* sha256() {
  static const std::unique_ptr<EVP_MD, FreeDigest> digest(EVP_MD_fetch(nullptr, "SHA256", nullptr));
  return digest.get();
}

}  // namespace

std::string sha256_hex(std::string_view bytes) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (sha256() == nullptr || EVP_Digest(bytes.data(), bytes.size(), digest, &size, sha256(), nullptr) != 1)
    throw Error(code::kInternal, "libcrypto cannot compute SHA-256");
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  hex.reserve(size * 2);
  for (unsigned int i = 0; i < size; ++i) {
    hex += kDigits[digest[i] >> 4];
    hex += kDigits[digest[i] & 15];
  }
  return hex;
}

}  // namespace whimbrel
