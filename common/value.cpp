#include "common/value.h"

namespace whimbrel {

void Arena::grow(std::size_t size) {
  if (size > kBlock) {
    large_.push_back(std::make_unique_for_overwrite<char[]>(size));
    // The current block goes on being filled after this value, so only this value points to the new one.
    next_ = large_.back().get();
    end_ = next_ + size;
    return;
  }
  if (in_use_ == blocks_.size()) blocks_.push_back(std::make_unique_for_overwrite<char[]>(kBlock));
  next_ = blocks_[in_use_++].get();
  end_ = next_ + kBlock;
}

void Arena::clear() {
  large_.clear();
  in_use_ = 0;
  next_ = end_ = nullptr;
  used_ = 0;
}

}  // namespace whimbrel
