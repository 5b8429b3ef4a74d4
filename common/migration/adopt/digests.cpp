#include "common/migration/adopt/digests.h"

#include <openssl/evp.h>

#include <bit>
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
  RunningDigest digest(algorithm);
  digest.add(bytes);
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  for (const char c : digest.so_far()) {
    const auto byte = static_cast<unsigned char>(c);
    (hex += kDigits[byte >> 4]) += kDigits[byte & 15];
  }
  return hex;
}

void RunningDigest::Free::operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }

RunningDigest::RunningDigest(const char* algorithm) : context_(EVP_MD_CTX_new()) {
  const EVP_MD* digest = EVP_get_digestbyname(algorithm);
  if (digest == nullptr || !context_ || EVP_DigestInit_ex(context_.get(), digest, nullptr) != 1)
    throw Error(code::kUnsupported, std::string("libcrypto has no ") + algorithm);
}

void RunningDigest::add(std::string_view bytes) {
  if (EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) != 1)
    throw Error(code::kInternal, "libcrypto cannot compute a digest");
}

std::string RunningDigest::so_far() const {
  const std::unique_ptr<EVP_MD_CTX, Free> copy(EVP_MD_CTX_new());
  unsigned char value[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (!copy || EVP_MD_CTX_copy_ex(copy.get(), context_.get()) != 1 ||
      EVP_DigestFinal_ex(copy.get(), value, &size) != 1)
    throw Error(code::kInternal, "libcrypto cannot compute a digest");
  return {reinterpret_cast<const char*>(value), size};
}

bool is_digest_hex(std::string_view text, std::size_t bytes) {
  return text.size() == 2 * bytes && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::uint64_t siphash13(std::string_view bytes) {
  // The initial state of the algorithm: "somepseudorandomlygeneratedbytes".
  std::uint64_t a = 0x736f6d6570736575, b = 0x646f72616e646f6d, c = 0x6c7967656e657261,
                d = 0x7465646279746573;
  const auto round = [&] {
    a += b;
    c += d;
    b = std::rotl(b, 13) ^ a;
    d = std::rotl(d, 16) ^ c;
    a = std::rotl(a, 32);
    c += b;
    a += d;
    b = std::rotl(b, 17) ^ c;
    d = std::rotl(d, 21) ^ a;
    c = std::rotl(c, 32);
  };
  const auto add = [&](std::uint64_t word) {
    d ^= word;
    round();
    a ^= word;
  };
  const auto little_endian = [](std::string_view some) {
    std::uint64_t word = 0;
    for (std::size_t i = some.size(); i > 0; --i) word = word << 8 | static_cast<unsigned char>(some[i - 1]);
    return word;
  };
  const std::uint64_t size = bytes.size();
  for (; bytes.size() >= 8; bytes.remove_prefix(8)) add(little_endian(bytes.substr(0, 8)));
  add(size << 56 | little_endian(bytes));
  c ^= 0xff;
  for (int i = 0; i < 3; ++i) round();
  return a ^ b ^ c ^ d;
}

}  // namespace whimbrel
