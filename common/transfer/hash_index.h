// Finds things by their hashes: the first that is added has the number 0, the next 1, and so on. Several may
// have one hash. Three arrays and no memory for each thing, since there may be millions.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "common/transfer/hash.h"

namespace whimbrel {

class HashIndex {
 public:
  static constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();

  // Grows beyond what is expected.
  explicit HashIndex(std::size_t expected = 0) {
    hashes_.reserve(expected);
    next_.reserve(expected);
    make_buckets(expected);
  }

  std::size_t size() const { return hashes_.size(); }
  bool empty() const { return hashes_.empty(); }
  // One more; its number.
  std::uint32_t add(const Hash& hash) {
    if (hashes_.size() >= buckets_.size()) make_buckets(2 * hashes_.size());
    hashes_.push_back(hash);
    next_.push_back(none);
    const std::uint32_t number = static_cast<std::uint32_t>(hashes_.size() - 1);
    link(number);
    return number;
  }
  // The number of one with this hash, and of another one with the same; `none`: there is no (other) one.
  std::uint32_t find(const Hash& hash) const { return same(buckets_[bucket(hash)], hash); }
  std::uint32_t find_next(std::uint32_t number) const { return same(next_[number], hashes_[number]); }
  bool contains(const Hash& hash) const { return find(hash) != none; }
  void clear() { *this = HashIndex(); }

 private:
  std::size_t bucket(const Hash& hash) const {
    return static_cast<std::size_t>(hash.low) & (buckets_.size() - 1);
  }
  std::uint32_t same(std::uint32_t number, const Hash& hash) const {
    while (number != none && !(hashes_[number] == hash)) number = next_[number];
    return number;
  }
  void link(std::uint32_t number) {
    std::uint32_t& head = buckets_[bucket(hashes_[number])];
    next_[number] = head;
    head = number;
  }
  void make_buckets(std::size_t expected) {
    buckets_.assign(std::bit_ceil(expected < kFewest ? kFewest : expected), none);
    for (std::uint32_t number = 0; number < hashes_.size(); ++number) link(number);
  }

  static constexpr std::size_t kFewest = 16;

  std::vector<Hash> hashes_;
  std::vector<std::uint32_t> next_;     // by number: another one of the same bucket
  std::vector<std::uint32_t> buckets_;  // the last one of each
};

}  // namespace whimbrel
