// A hash of what a JSON document says, whatever its white space, its order of keys, and its spelling of
// numbers and escapes: so a document keeps its hash when an engine brings it into a canonical form
// (PostgreSQL's jsonb).
//
// - null, true, false: XXH3-128 of "n", "t", "f".
// - A number: of its encoding in decimal.h; inside documents -0 is 0, since jsonb has no negative zero.
// - A string: of its unescaped bytes, with a seed of its own.
// - An array: the hashes of its elements chained in order, closed with their count.
// - An object: the sum over its members of (hash of the key, hash of the value), closed with their count.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/transfer/hash.h"

namespace whimbrel {

// Keeps its memory from one document to the next.
class JsonHasher {
 public:
  // `document` must be valid JSON (nothing is checked here).
  Hash hash(std::string_view document);
  // As the document that consists of this number only, in the grammar of JSON.
  Hash hash_number(std::string_view number);

 private:
  struct Frame {
    Hash state;
    Hash key;
    std::uint64_t count = 0;
    bool object = false;
  };

  std::string_view unescape(const char* begin, const char* end);
  // Hash of the string whose first quote is at `p`; moves `p` behind the last one.
  Hash hash_string(const char*& p, const char* end, std::uint64_t seed);

  std::vector<Frame> stack_;
  std::string scratch_;
};

}  // namespace whimbrel
