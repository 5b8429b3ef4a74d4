// Finding versions by their value: 1 finds 001, 1.2 finds 1.2.0.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "common/migration/file_name.h"

namespace whimbrel {

// A hash table with open addressing (linear probing; Knuth, The Art of Computer Programming 3, 6.4). It keeps
// no copy of the versions.
class VersionIndex {
 public:
  // For up to `versions` of them.
  explicit VersionIndex(std::size_t versions = 0);

  // Numbers them from 0 in the order of the calls; of two that are the same only the first is found. Their
  // texts live as long as the index.
  void add(std::string_view version);
  // Its number.
  std::optional<std::size_t> find(std::string_view version) const;

 private:
  static constexpr std::uint32_t kFree = UINT32_MAX;

  // Where it stands or would stand.
  std::size_t slot_of(const VersionOrder& order) const;

  std::vector<VersionOrder> versions_;
  std::vector<std::uint32_t> slots_;  // numbers; a power of two of them, at most half of them taken
};

}  // namespace whimbrel
