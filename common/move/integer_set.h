// A set of integers for keys of tables: as a rule they lie close together, and then a bit each is enough. One
// whose numbers lie too far apart for its room says so and holds nothing any more.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <unordered_map>

namespace whimbrel::move {

class IntegerSet {
 public:
  static constexpr std::size_t kPageBytes = 4096;

  // `pages_left`: what may be used, shared with other sets; it must outlive this one.
  explicit IntegerSet(std::size_t& pages_left) : pages_left_(pages_left) {}
  ~IntegerSet() { pages_left_ += pages_.size(); }
  IntegerSet(const IntegerSet&) = delete;
  IntegerSet& operator=(const IntegerSet&) = delete;

  void add(std::int64_t value) {
    const auto bits = static_cast<std::uint64_t>(value);
    if (bits / kBits != number_ || page_ == nullptr) turn_to(bits / kBits);
    if (page_ != nullptr) page_->words[bits % kBits / 64] |= std::uint64_t{1} << bits % 64;
  }
  // False: too far apart.
  bool complete() const { return !too_far_; }
  // Whether every number of `other` is one of this; both are complete.
  bool includes(const IntegerSet& other) const;

 private:
  static constexpr std::uint64_t kBits = kPageBytes * 8;
  struct Page {
    std::uint64_t words[kBits / 64] = {};
  };

  void turn_to(std::uint64_t number);

  std::unordered_map<std::uint64_t, std::unique_ptr<Page>> pages_;
  std::size_t& pages_left_;
  bool too_far_ = false;
  std::uint64_t number_ = 0;  // of page_
  Page* page_ = nullptr;      // the last one
};

}  // namespace whimbrel::move
