// A hash of what a JSON document says, whatever its white space, its order of keys, and its spelling of
// numbers and escapes: so a document keeps its hash when an engine brings it into a canonical form
// (PostgreSQL's jsonb).
//
// A hash has two halves of 64 bits, low and high, that are computed in the same way with constants of their
// own and never meet. The constants c0 … c9 are in json_hash.cpp; words are little endian; fold(a, b) is the
// product of two words, its lower half xor its upper half.
//
//   mix(a, b, seed)  = fold(a ^ seed ^ c0, b ^ c1)        high: c2, c3
//   join(x, y)       = fold(x ^ c4, y ^ c5)               high: c6, c7   of hashes, half by half
//
// - null, true, false: mix(the first letter, 0, literal).
// - A number whose encoding in decimal.h is 'i' or 'f': mix(its 8 bytes, 0, integer or real); -0 is 0, since
//   jsonb has no negative zero. Any other number: XXH3-128 of the encoding, seeded with decimal.
// - A string, and a key: unescaped, of n bytes. n < 16: mix(a, b, string + n * c8) of its bytes filled up
// with
//   zeros to two words a and b. n >= 16: XXH3-128 of its bytes, seeded with string.
// - An array: s = array; for each element s = join(s, hash); then join(s, count).
// - An object: the sum, modulo 2^64 in each half, of join(hash of the key, hash of the value) over its
// members,
//   starting at object; then join(sum, count).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/json/reader.h"
#include "common/transfer/hash.h"

namespace whimbrel {

// Keeps its memory from one document to the next.
class JsonHasher {
 public:
  // Of a document that somebody else has found valid, with white space around it or not. One that is not
  // valid (PostgreSQL's json allows escapes of lone surrogates) has the hash of its bytes.
  Hash hash(std::string_view document);
  // Reads the next value as json::Reader::raw_value() does, and sets `hash` to its own.
  std::string_view read(json::Reader& reader, Hash& hash);

  // As the document that consists of this number only.
  static Hash hash_integer(std::int64_t value);
  Hash hash_number(std::string_view number);  // in the grammar of JSON

 private:
  class Sink;
  struct Frame {
    Hash state;
    // The halves of the key's hash are apart: written as one vector, they would wait for each other.
    std::uint64_t key_low = 0;
    std::uint64_t count = 0;
    std::uint64_t key_high = 0;
    bool object = false;
  };

  std::vector<Frame> frames_;
  std::string scratch_;
};

}  // namespace whimbrel
