#include "common/text/sha.h"

#include <array>
#include <cstdint>
#include <type_traits>

#include "common/text/hex.h"

namespace whimbrel {

namespace {

const std::uint8_t* octets(std::string_view bytes) {
  return reinterpret_cast<const std::uint8_t*>(bytes.data());
}

// From nettle 4 on the length is not asked for any more.
template <std::size_t size, typename Context, typename Finish>
std::array<std::uint8_t, size> finish(Context& context, Finish finish_context) {
  std::array<std::uint8_t, size> digest;
  if constexpr (std::is_invocable_v<Finish, Context*, std::size_t, std::uint8_t*>) {
    finish_context(&context, digest.size(), digest.data());
  } else {
    finish_context(&context, digest.data());
  }
  return digest;
}

template <std::size_t size>
std::string hex(const std::array<std::uint8_t, size>& digest) {
  std::string digits;
  append_hex(digits, {reinterpret_cast<const char*>(digest.data()), size});
  return digits;
}

}  // namespace

std::string sha1_hex(std::string_view bytes) {
  sha1_ctx context;
  sha1_init(&context);
  sha1_update(&context, bytes.size(), octets(bytes));
  return hex(finish<SHA1_DIGEST_SIZE>(context, sha1_digest));
}

std::string sha256_hex(std::string_view bytes) {
  sha256_ctx context;
  sha256_init(&context);
  sha256_update(&context, bytes.size(), octets(bytes));
  return hex(finish<SHA256_DIGEST_SIZE>(context, sha256_digest));
}

std::string sha384_hex(std::string_view bytes) {
  sha384_ctx context;
  sha384_init(&context);
  sha384_update(&context, bytes.size(), octets(bytes));
  return hex(finish<SHA384_DIGEST_SIZE>(context, sha384_digest));
}

void RunningSha256::add(std::string_view bytes) { sha256_update(&context_, bytes.size(), octets(bytes)); }

std::string RunningSha256::so_far() const {
  sha256_ctx copy = context_;
  const auto digest = finish<SHA256_DIGEST_SIZE>(copy, sha256_digest);
  return {digest.begin(), digest.end()};
}

}  // namespace whimbrel
