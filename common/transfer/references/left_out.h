// Rows of the document that are not written, by the keys by which other rows name them. A reference to such a
// row leads nowhere, whatever its id would have become. Only remembers; who is left out, and why, others
// know.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "common/file/spill.h"
#include "common/schema/model.h"
#include "common/transfer/references/key_index.h"
#include "common/value.h"

namespace whimbrel {

// One key of a table that references name.
class LeftOutKeys {
 public:
  LeftOutKeys(const Table& table, std::vector<std::size_t> columns, SpillSpace& space)
      : table_(&table), columns_(std::move(columns)), keys_(space) {}

  const Table& table() const { return *table_; }
  const std::vector<std::size_t>& columns() const { return columns_; }

  // `key`: as to_key_cell() makes it of what the document has. `late`: rows that name it may be written
  // already. Whether it is new.
  bool add(const Cell* key, bool late);
  bool has(const Cell* key) const;
  bool has_late(const Cell* key) const;
  bool any_late() const { return any_late_; }

 private:
  std::optional<bool> find(const Cell* key) const;

  const Table* table_;
  std::vector<std::size_t> columns_;
  KeyIndex keys_;  // 1: it is late
  bool any_late_ = false;
};

class LeftOutRows {
 public:
  using Row = std::function<Cell(std::size_t)>;  // the value of a column, as the document has it

  // What becomes large goes there; it must outlive this.
  explicit LeftOutRows(SpillSpace& space) : space_(space) {}

  // By these columns rows of the table may be named. What it gives stays where it is.
  LeftOutKeys* watch(const Table& table, const std::vector<std::size_t>& columns);
  std::vector<LeftOutKeys*> of(const Table& table);
  // Whether any of the row's keys is new here.
  bool add(const Table& table, const Row& row, Arena& arena);
  // Whether the row is known here, by any of its keys.
  bool has(const Table& table, const Row& row, Arena& arena);
  bool any_late() const;

 private:
  SpillSpace& space_;
  std::deque<LeftOutKeys> keys_;
};

// Parts of a key as its columns hold them; false when one is null or cannot be.
bool take_key(const Table& table, const std::vector<std::size_t>& columns, const LeftOutRows::Row& row,
              Cell* key, Arena& arena);

}  // namespace whimbrel
