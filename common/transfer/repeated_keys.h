// Keys that stand twice in an object of a document: what keeps a document as a set of members (PostgreSQL's
// jsonb) has only the last of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace whimbrel {

// Keeps its memory from one document to the next.
class RepeatedKeys {
 public:
  // Whether any object of the document has a key twice, as it is unescaped. False for what is no valid JSON.
  // Keys are compared by hashes of 64 bits.
  bool any(std::string_view document);

 private:
  class Sink;

  std::vector<std::uint64_t> keys_;  // of the objects that are open
  std::vector<std::size_t> begins_;  // where the keys of each open object or array begin in keys_
};

}  // namespace whimbrel
