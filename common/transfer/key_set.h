// Keys of rows of one table: which rows an export has. Few keys become a condition, many only a test; either
// way the rows come in their usual order.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/host.h"
#include "common/schema/model.h"
#include "common/transfer/columns_hash.h"
#include "common/transfer/hash_index.h"
#include "common/value.h"

namespace whimbrel {

// "a" IN ($1, $2) or ("a" = $1 AND "b" = $2) OR …, for so many keys of these columns, as the engine writes
// it.
std::string key_condition(Host& host, const Table& table, const std::vector<std::size_t>& columns,
                          std::size_t keys);

class KeySet {
 public:
  // `columns` identify a row of the table, which must outlive the set.
  KeySet(const Table& table, std::vector<std::size_t> columns);

  const std::vector<std::size_t>& columns() const { return columns_; }
  std::size_t size() const { return hashes_.size(); }
  // One cell for each of columns(). Whether it is new.
  bool add(const Cell* key);
  bool has(const Cell* key);

  // Whether they are few enough for a condition; then what it is, and its parameters.
  bool few() const { return hashes_.size() * columns_.size() <= kFewCells; }
  std::string condition(Host& host) const;
  const std::vector<Cell>& parameters() const { return cells_; }

 private:
  static constexpr std::size_t kFewCells = 2000;

  const Table& table_;
  std::vector<std::size_t> columns_;
  ColumnsHash hash_;
  HashIndex hashes_;
  std::vector<Cell> cells_;  // while they are few
  Arena arena_;
};

}  // namespace whimbrel
