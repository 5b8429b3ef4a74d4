// What the catalog alone says against a row, before any database sees it: no value where there must be one,
// text that is too long, a label that its enum does not have, the key of an earlier row. Finds all of it;
// whether a value fits its type is the parser's to say.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "common/host.h"
#include "common/transfer/hash.h"
#include "common/value.h"

namespace whimbrel {

// Whether each row has another key than all before it, for as many rows as there is memory for. Rows in the
// order of their key need none.
class KeyOrder {
 public:
  explicit KeyOrder(std::vector<std::size_t> cells) : cells_(std::move(cells)) {}

  // Rows in the order of the document, from 1.
  void add(const Cell* cells);
  // The rows that repeat an earlier one's key, as pairs (row, earlier row); after the last add().
  struct Pair {
    std::uint64_t row, earlier;
  };
  std::vector<Pair> repeated();

 private:
  static constexpr std::size_t kMostRows = 2'000'000;

  bool rises(const Cell* cells);
  Hash hash_of(const Cell* cells);

  std::vector<std::size_t> cells_;
  std::vector<Hash> hashes_;  // of the rows so far, unless there are too many
  std::uint64_t rows_ = 0;
  bool in_order_ = true;
  bool complete_ = true;  // hashes_ has all rows
  std::vector<Cell> last_;
  Arena arena_, spare_;  // of last_, by turns
  std::string bytes_;
};

class RowCheck {
 public:
  // `column`: an index into the table's columns.
  using Report = std::function<void(std::size_t column, std::string message)>;

  // `columns`: which column each cell is for. `inserts`: a value that is absent becomes the default; else its
  // row may be there already.
  RowCheck(const Dialect& dialect, const Table& table, const std::vector<std::size_t>& columns, bool inserts);

  // `faulty`: some values did not fit, and are null now.
  void check(const Cell* cells, bool faulty, const Report& report);
  KeyOrder& keys() { return keys_; }

 private:
  struct Step {
    std::size_t cell;
    std::size_t column;
    bool null_is_wrong;
    bool absent_is_wrong;
    std::size_t most_characters;           // 0: any number
    std::vector<std::string_view> labels;  // sorted; empty: any text
  };

  std::vector<Step> steps_;
  KeyOrder keys_;
};

}  // namespace whimbrel
