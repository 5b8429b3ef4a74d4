#include "common/migration/version_index.h"

#include <bit>
#include <functional>

namespace whimbrel {

namespace {

// The same for all texts of one version.
std::size_t hash_of(const VersionOrder& order) {
  constexpr std::size_t kFactor = 0x9E3779B97F4A7C15;  // 2^64 divided by the golden ratio
  std::size_t hash = std::hash<std::string_view>()(order.number) * kFactor;
  for (std::string_view dotted = order.dotted; !dotted.empty();)
    hash = (hash ^ std::hash<std::string_view>()(take_dotted(dotted))) * kFactor;
  return (hash ^ std::hash<std::string_view>()(order.rest)) * kFactor;
}

}  // namespace

VersionIndex::VersionIndex(std::size_t versions) : slots_(std::bit_ceil(2 * versions + 1), kFree) {
  versions_.reserve(versions);
}

std::size_t VersionIndex::slot_of(const VersionOrder& order) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = hash_of(order) & mask;
  while (slots_[at] != kFree && compare_versions(versions_[slots_[at]], order) != 0) at = (at + 1) & mask;
  return at;
}

void VersionIndex::add(std::string_view version) {
  const VersionOrder order(version);
  std::uint32_t& slot = slots_[slot_of(order)];
  if (slot == kFree) slot = static_cast<std::uint32_t>(versions_.size());
  versions_.push_back(order);
}

std::optional<std::size_t> VersionIndex::find(std::string_view version) const {
  const std::uint32_t number = slots_[slot_of(VersionOrder(version))];
  if (number == kFree) return std::nullopt;
  return number;
}

}  // namespace whimbrel
