// A source that gives its text in pieces of one size, so that every loop of a reader meets the end of its
// window.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "common/json/source.h"

namespace whimbrel {

class ChunkSource : public ByteSource {
 public:
  ChunkSource(std::string_view text, std::size_t chunk) : left_(text), chunk_(chunk) {}

  std::size_t read(char* buffer, std::size_t capacity) override {
    const std::size_t size = left_.copy(buffer, std::min({capacity, chunk_, left_.size()}));
    left_.remove_prefix(size);
    return size;
  }

 private:
  std::string_view left_;
  std::size_t chunk_;
};

}  // namespace whimbrel
