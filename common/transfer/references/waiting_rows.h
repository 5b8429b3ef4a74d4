// Rows that name other rows of the document and go with them: each is left out as soon as one that it names
// is, in whatever order the document has them, in time by the number of references.
#pragma once

#include <cstdint>
#include <map>

#include "common/file/spill.h"
#include "common/transfer/references/key_index.h"
#include "common/transfer/references/left_out.h"

namespace whimbrel {

class WaitingRows {
 public:
  // Both must outlive it.
  WaitingRows(LeftOutRows& left_out, SpillSpace& space)
      : left_out_(left_out), space_(space), rows_(space), references_(space), gone_(space) {}

  // A row, by the keys by which others name it; for the other two.
  enum class Place : std::uint64_t {};
  Place remember(const Table& table, const LeftOutRows::Row& row, Arena& arena);
  // It names the row that has this key, a cell of to_key_cell() for each part.
  void wait(Place row, const LeftOutKeys& named, const Cell* key);
  // It is left out, with all that wait for it.
  void leave_out(Place row);

 private:
  // One row of those that wait for the same one.
  struct Reference {
    Place row;
    std::uint64_t next;  // among references_, plus one; 0: none
  };
  void take_waiting(const LeftOutKeys& named, const Cell* key);

  LeftOutRows& left_out_;
  SpillSpace& space_;
  SpillArray<char>
      rows_;  // of each the table, and for each LeftOutKeys of it the size of the key and the key
  SpillArray<Reference> references_;
  std::map<const LeftOutKeys*, KeyIndex> first_;  // of the references to a key, plus one
  SpillArray<Place> gone_;                        // still to be left out
};

}  // namespace whimbrel
