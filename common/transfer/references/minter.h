// New keys for rows: numbers of a block, uuids, texts of the same shape as the old ones. Who asks remembers
// which row got which.
#pragma once

#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <string_view>
#include <unordered_set>

#include "common/host.h"
#include "common/value.h"

namespace whimbrel {

class Minter {
 public:
  // `taken`: whether a row of the target has this text as its key.
  Minter(IdBlock block, std::function<bool(std::string_view)> taken);

  // A new key in the place of `old`, in memory of `arena`: an integer for an integer and for what is absent,
  // unless `uuid`; a uuid of version 4 for a uuid and for a text or 16 bytes that are one; else a text or
  // bytes with letters for letters and digits for digits, a prefix like agt_ unchanged. False for what has no
  // new keys (a date).
  bool mint(const Cell& old, bool uuid, Arena& arena, Cell& made);

  // Whether a number was made here.
  bool made(std::int64_t number) const;

 private:
  std::string shaped(std::string_view old);
  void fill_uuid(char* bytes16);
  char random_of(std::string_view alphabet);

  IdBlock block_;
  std::uint64_t next_ = 0;
  std::function<bool(std::string_view)> taken_;
  std::unordered_set<std::string> few_;  // texts made of so little that they could come twice
  std::random_device device_;
  std::mt19937_64 random_;
};

}  // namespace whimbrel
