#include "common/migration/adopt/digests.h"

#include <zlib.h>

#include <bit>

namespace whimbrel {

std::uint32_t crc32(std::string_view bytes, std::uint32_t crc) {
  return static_cast<std::uint32_t>(
      crc32_z(crc, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()));
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
