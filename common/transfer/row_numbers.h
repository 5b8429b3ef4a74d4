// Which rows of a document the rows are that a reader has given lately: an error names a row by its place
// among those, and readers leave rows out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace whimbrel {

class RowNumbers {
 public:
  // Of the next row that is given; from 1.
  void add(std::uint64_t number) {
    if (numbers_.empty()) numbers_.resize(kKept);
    numbers_[given_++ % kKept] = number;
  }
  std::uint64_t given() const { return given_; }
  // Of the row that was given as number `index`, from 0; 0 for one that is too long ago.
  std::uint64_t at(std::uint64_t index) const {
    return index < given_ && index + kKept >= given_ ? numbers_[index % kKept] : 0;
  }

 private:
  // More rows than anybody keeps back before they are written.
  static constexpr std::size_t kKept = 16384;

  std::vector<std::uint64_t> numbers_;
  std::uint64_t given_ = 0;
};

}  // namespace whimbrel
