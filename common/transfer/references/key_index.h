// What is known of a key, as one cell: which row of the document has it, or which row of the target it found.
// What becomes large goes to a SpillSpace.
#pragma once

#include <optional>
#include <span>

#include "common/file/spill.h"
#include "common/transfer/references/id_map.h"
#include "common/value.h"

namespace whimbrel {

class KeyIndex {
 public:
  explicit KeyIndex(SpillSpace& space) : map_(space) {}

  // What was known of it before, in memory of `arena`: then it stays so.
  std::optional<Cell> add(std::span<const Cell> key, const Cell& value, Arena& arena);
  std::optional<Cell> find(std::span<const Cell> key, Arena& arena) const;
  bool empty() const { return map_.size() == 0; }

 private:
  IdMap map_;
};

}  // namespace whimbrel
