// What became of the keys of one table: old key -> new key. Any types, keys of several columns too. Runs of
// integers that follow each other on both sides, as keys of an export and their new numbers do, take one
// entry; what becomes large goes to a SpillSpace.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "common/file/spill.h"
#include "common/value.h"

namespace whimbrel {

class IdMap {
 public:
  explicit IdMap(SpillSpace& space) : runs_(space), slots_(space), log_(space) {}

  // Both of as many cells, none of them null or absent. False when `from` is there already; of single
  // integers only seal() says so.
  bool add(std::span<const Cell> from, std::span<const Cell> to);
  // After the last add() and before the first find(). False when a single integer was added twice; it is
  // then duplicate().
  bool seal();
  std::int64_t duplicate() const { return duplicate_; }

  // The new key, in memory of `arena`; false when there is none.
  bool find(std::span<const Cell> from, Cell* to, Arena& arena) const;
  std::uint64_t size() const { return size_; }

 private:
  struct Run {
    std::int64_t from;
    std::int64_t to;
    std::uint64_t count;
  };
  void add_integer(std::int64_t from, std::int64_t to);
  const Run* find_run(std::int64_t from) const;
  std::size_t find_slot(std::string_view key, std::uint64_t hash) const;
  std::string_view entry(std::uint64_t slot) const;
  void grow_slots();

  SpillArray<Run> runs_;
  bool ascending_ = true;
  std::int64_t duplicate_ = 0;
  mutable std::size_t last_run_ = 0;

  // Open addressing: 24 bits of the hash over 40 bits of the place in log_ plus one; 0 is free. An entry of
  // the log is the size of the old key, the old key, the size of the new one, the new key.
  SpillArray<std::uint64_t> slots_;
  SpillArray<char> log_;
  std::uint64_t used_ = 0;
  std::uint64_t size_ = 0;
  mutable std::string scratch_;
};

// A key as bytes by which it is found: the same for equal cells, whatever else stands beside them.
void encode_key(std::span<const Cell> cells, std::string& out);
// Back, into `count` cells that point into `key`.
void decode_key(std::string_view key, Cell* cells, std::size_t count);

}  // namespace whimbrel
