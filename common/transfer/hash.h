// 128-bit hashes (XXH3 of xxHash) and their sums. The only place that includes xxhash.h.
#pragma once

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace whimbrel {

struct Hash {
  std::uint64_t low = 0;
  std::uint64_t high = 0;

  friend bool operator==(const Hash&, const Hash&) = default;
  // Sum modulo 2^128: the order in which hashes are added does not matter.
  Hash& operator+=(const Hash& other) {
    low += other.low;
    high += other.high + (low < other.low ? 1 : 0);
    return *this;
  }
};

inline Hash hash_bytes(std::string_view bytes, std::uint64_t seed) {
  const XXH128_hash_t hash = XXH3_128bits_withSeed(bytes.data(), bytes.size(), seed);
  return {hash.low64, hash.high64};
}

// 32 hexadecimal digits, most significant first.
std::string to_hex(const Hash& hash);

}  // namespace whimbrel
