#include "common/transfer/repeated_keys.h"

#include <algorithm>

#include "common/error.h"
#include "common/json/reader_value.h"
#include "common/transfer/hash.h"

namespace whimbrel {

class RepeatedKeys::Sink {
 public:
  static constexpr bool kWanted = true;

  explicit Sink(RepeatedKeys& owner) : keys_(owner.keys_), begins_(owner.begins_) {}

  bool found() const { return found_; }

  void begin(bool) { begins_.push_back(keys_.size()); }
  void end() {
    found_ = found_ || has_two_of_one(begins_.back());
    keys_.resize(begins_.back());
    begins_.pop_back();
  }
  void key(std::string_view text, const char*) { keys_.push_back(XXH3_64bits(text.data(), text.size())); }
  void string(std::string_view, const char*) {}
  void integer(std::int64_t) {}
  void number(std::string_view) {}
  void literal(char) {}

 private:
  bool has_two_of_one(std::size_t begin) {
    constexpr std::size_t kFew = 16;  // for which sorting costs more
    const auto first = keys_.begin() + static_cast<std::ptrdiff_t>(begin);
    if (keys_.size() - begin > kFew) {
      std::sort(first, keys_.end());
      return std::adjacent_find(first, keys_.end()) != keys_.end();
    }
    for (auto key = first; key != keys_.end(); ++key)
      if (std::find(first, key, *key) != key) return true;
    return false;
  }

  std::vector<std::uint64_t>& keys_;
  std::vector<std::size_t>& begins_;
  bool found_ = false;
};

bool RepeatedKeys::any(std::string_view document) {
  keys_.clear();
  begins_.clear();
  try {
    json::Reader reader(document, {.max_depth = static_cast<std::size_t>(-1)});
    Sink sink(*this);
    reader.raw_value_to(sink);
    return sink.found();
  } catch (const Error&) {
    return false;
  }
}

}  // namespace whimbrel
