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

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

// One per thread: of a small file, making it would cost more than the hash.
EVP_MD_CTX* context() {
  thread_local const std::unique_ptr<EVP_MD_CTX, FreeContext> context(EVP_MD_CTX_new());
  return context.get();
}

}  // namespace

std::string sha256_hex(std::string_view bytes) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (sha256() == nullptr || context() == nullptr || EVP_DigestInit_ex(context(), sha256(), nullptr) != 1 ||
      EVP_DigestUpdate(context(), bytes.data(), bytes.size()) != 1 ||
      EVP_DigestFinal_ex(context(), digest, &size) != 1) {
    throw Error(code::kInternal, "libcrypto cannot compute SHA-256");
  }
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
