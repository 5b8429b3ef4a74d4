// Rows of a table that references itself which were refused because the row that they reference was not
// there: it may come later in the document. Kept in memory until all others are written, then given in an
// order in which each finds what it references, if that is there at all.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/error.h"
#include "common/schema/model.h"
#include "common/transfer/row_chunk.h"
#include "common/value.h"

namespace whimbrel {

class PendingRows {
 public:
  // Of rows of the table whose cells from `first` on are for `columns`.
  PendingRows(const Table& table, const std::vector<std::size_t>& columns, std::size_t first);

  // Whether a row that is refused with this error may find its place later.
  bool takes(const Error& error) const;
  // `number`: of the row in the document.
  void add(const Cell* row, std::uint64_t number);
  bool empty() const { return numbers_.empty(); }
  const Cell* row(std::size_t index) const { return rows_.row(index); }
  std::uint64_t number(std::size_t index) const { return numbers_[index]; }

  // Rows that can only be written together, since they reference each other; most are alone.
  using Group = std::vector<std::size_t>;
  // All rows, what is referenced first.
  std::vector<Group> groups() const;

 private:
  // A foreign key to the table itself, as cells of a row.
  struct Link {
    std::vector<std::size_t> child, parent;
  };

  std::vector<Link> links_;
  RowChunk rows_;
  std::vector<std::uint64_t> numbers_;
};

}  // namespace whimbrel
