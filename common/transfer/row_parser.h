// One JSON object -> the cells of one row. Made once per table; keys are expected in the order of the row
// before, so that a look-up is one comparison. Decides nothing about tables; what is wrong goes to a
// RowFaults.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "common/json/reader.h"
#include "common/transfer/conversion.h"
#include "common/value.h"

namespace whimbrel {

// What can be wrong in a row. The positions are those of the reader when it is called.
class RowFaults {
 public:
  virtual ~RowFaults() = default;
  virtual void unknown_column(const std::string& name) = 0;
  virtual void duplicate_column(const std::string& name) = 0;
  virtual void misfit(const std::string& column, const Misfit& misfit) = 0;
};

struct ParserColumn {
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  std::string name;
  std::size_t cell = kNone;  // where its value goes; kNone: nowhere
  ColumnReading reading;
  // A second reading, as the engine that wrote the document would have it: for the document's own digest.
  // Where it gives the same digest as the first, `same_reading` saves the work.
  std::size_t source_cell = kNone;
  ColumnReading source_reading;
  bool same_reading = false;
};

class RowParser {
 public:
  // `cells`, `source_cells`: how long the arrays given to parse() are.
  RowParser(std::vector<ParserColumn> columns, std::size_t cells, std::size_t source_cells);

  // `reader` stands in front of the row's object and afterwards behind it. Columns without a key get
  // Tag::absent, those with a fault null. Cells point into `arena`.
  void parse(json::Reader& reader, Cell* cells, Cell* source_cells, Arena& arena, RowFaults& faults);

  const std::vector<ParserColumn>& columns() const { return columns_; }
  // How many rows had a key for the column.
  std::uint64_t present(std::size_t column) const { return present_[column]; }

 private:
  static constexpr std::size_t kNone = ParserColumn::kNone;

  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };

  std::size_t find(std::string_view key);
  void parse_value(json::Reader& reader, const ParserColumn& column, Cell* cells, Cell* source_cells,
                   Arena& arena, RowFaults& faults);

  std::vector<ParserColumn> columns_;
  std::unordered_map<std::string, std::size_t, TextHash, std::equal_to<>> index_;
  std::vector<std::uint64_t> present_;
  std::vector<std::uint64_t> last_row_;  // the row in which a column was seen last
  std::uint64_t row_ = 0;
  std::size_t expected_ = 0;
  std::size_t cells_;
  std::size_t source_cells_;
};

}  // namespace whimbrel
