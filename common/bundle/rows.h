// The rows of a bundle in memory, as a document or the database has them: cells by BundleRow's places, and
// who belongs to whom. A bundle is configuration: it is small enough for that, as its document is one value.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <vector>

#include "common/bundle/inner_references.h"
#include "common/bundle/shape.h"
#include "common/transfer/columns_hash.h"
#include "common/value.h"

namespace whimbrel {

inline constexpr std::uint32_t kNoRow = std::numeric_limits<std::uint32_t>::max();  // null
inline constexpr std::uint32_t kNotSaid = kNoRow - 1;  // a document that leaves it out

// Rows of one BundleRow.
struct BundleRows {
  const BundleRow* shape = nullptr;
  std::size_t rows = 0;
  std::vector<BundleRows> references;                // by BundleRow::references: the rows that they lead to
  std::vector<std::vector<std::uint32_t>> leads_to;  // by reference, then by row: a row of `references`
  static constexpr std::size_t kBlock = 128;
  std::vector<std::unique_ptr<Cell[]>> blocks;  // cells of so many rows each

  explicit BundleRows(const BundleRow& shape);
  BundleRows() = default;

  std::size_t width() const { return shape->columns.size(); }
  Cell* row(std::size_t index) { return blocks[index / kBlock].get() + index % kBlock * width(); }
  const Cell* row(std::size_t index) const { return blocks[index / kBlock].get() + index % kBlock * width(); }
  // One more, of absent cells and references that are not said; its number.
  std::uint32_t append();
};

struct BundleNodeRows : BundleRows {
  std::vector<std::uint32_t> parent;   // by row
  std::vector<std::uint32_t> ordinal;  // by row, of a document: its number among its siblings
  std::vector<bool> given;             // by the parent's row: whether the document says anything about these
  // By the parent's row, and one more: its rows are those from begin[p] to begin[p + 1] - 1.
  std::vector<std::uint32_t> begin;
  std::vector<std::uint32_t> order;  // what begin counts: rows in the order of a document

  using BundleRows::BundleRows;
  // Sets `order` and `begin` by parent and natural key.
  void arrange(std::size_t parents);
};

struct BundleRowsOf {
  std::vector<BundleNodeRows> nodes;  // by BundleShape::nodes
  // By node and BundleNode::inner: the numbers, here, of the keys that documents say.
  std::map<std::pair<std::size_t, std::size_t>, InnerNumbers> numbers;
  Arena arena;  // of all cells

  explicit BundleRowsOf(const BundleShape& shape);
};

// Of the cells at the places in a row.
ColumnsHash cell_hash(const BundleRow& shape, const std::vector<std::size_t>& places);

// Where the row of a document stands in it: $.agent.resource_permissions["crm"].
std::string path_of_row(const BundleShape& shape, const BundleRowsOf& rows, std::size_t node,
                        std::uint32_t row);
// A key for people: (agt-1), (agt-1, crm); of a row that belongs to others with their keys in front.
std::string shown_row(const BundleShape& shape, const BundleRowsOf& rows, std::size_t node,
                      std::uint32_t row);
// Whether two rows have the same natural key.
bool is_same_key(const BundleRows& rows, std::uint32_t a, std::uint32_t b);
// A cell for people: of a reference the natural key of the row that it leads to.
std::string shown_place(const BundleRows& rows, std::uint32_t row, std::size_t place);

}  // namespace whimbrel
