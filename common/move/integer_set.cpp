#include "common/move/integer_set.h"

#include <algorithm>

namespace whimbrel::move {

void IntegerSet::turn_to(std::uint64_t number) {
  page_ = nullptr;
  if (too_far_) return;
  auto found = pages_.find(number);
  if (found == pages_.end()) {
    if (pages_left_ == 0) {
      too_far_ = true;
      pages_left_ = pages_.size();
      pages_.clear();
      return;
    }
    found = pages_.emplace(number, std::make_unique<Page>()).first;
    --pages_left_;
  }
  page_ = found->second.get();
  number_ = number;
}

bool IntegerSet::includes(const IntegerSet& other) const {
  return std::all_of(other.pages_.begin(), other.pages_.end(), [&](const auto& entry) {
    const auto found = pages_.find(entry.first);
    if (found == pages_.end()) return false;
    const std::uint64_t* const ours = found->second->words;
    const std::uint64_t* const theirs = entry.second->words;
    for (std::size_t i = 0; i < kBits / 64; ++i)
      if ((theirs[i] & ~ours[i]) != 0) return false;
    return true;
  });
}

}  // namespace whimbrel::move
