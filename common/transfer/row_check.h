// What the catalog alone says against a row, before any database sees it: no value where there must be one,
// text that is too long, a label that its enum does not have, the key of an earlier row. Finds all of it;
// whether a value fits its type is the parser's to say.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "common/file/spill.h"
#include "common/host.h"
#include "common/transfer/hash.h"
#include "common/value.h"

namespace whimbrel {

// Two rows with one key: numbers from 1.
struct RepeatedRow {
  std::uint64_t row, earlier;
};

// Whether the database refuses a new row that has no value for this column.
bool needs_value(const Dialect& dialect, const Table& table, const Column& column);

// Which rows of a document have the key of an earlier one. Keeps hashes, and these in a file where they are
// many.
class KeyHashes {
 public:
  KeyHashes(std::vector<std::size_t> cells, SpillSpace& space) : cells_(std::move(cells)), rows_(space) {}

  // A null is no key, and different from every other.
  void add(std::uint64_t row, const Cell* cells);
  // After the last add(), in the order of the rows; at most `most` of them. count() says how many there are.
  std::vector<RepeatedRow> repeated(std::size_t most);
  std::uint64_t count() const { return count_; }

 private:
  struct Row {
    Hash hash;
    std::uint64_t number;
  };

  std::vector<std::size_t> cells_;
  SpillArray<Row> rows_;
  std::uint64_t count_ = 0;
  std::string bytes_;
};

// Whether rows stand in the order of their key, so that none has that of another. In constant memory.
class KeyOrder {
 public:
  // `cells`: those of the key, in a row; none: there is no key.
  explicit KeyOrder(std::vector<std::size_t> cells) : cells_(std::move(cells)) {}

  void add(const Cell* cells);
  bool rises() const { return rises_; }

 private:
  bool is_above_last(const Cell* cells) const;

  std::vector<std::size_t> cells_;
  bool rises_ = true;
  std::vector<Cell> last_;
  Arena arena_, spare_;  // of last_, by turns
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
  const KeyOrder& order() const { return order_; }

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
  KeyOrder order_;
};

}  // namespace whimbrel
