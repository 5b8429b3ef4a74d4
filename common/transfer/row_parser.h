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
#include "common/json/writer.h"
#include "common/schema/integer_places.h"
#include "common/transfer/conversion.h"
#include "common/transfer/json_hash.h"
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
  // Where its values have integers as strings, which are read as numbers; null: nowhere.
  const IntegerPlaces* quoted = nullptr;
};

class RowParser {
 public:
  // What the cells are for. For a digest documents and arrays come as Tag::hashed; values_and_digest does so
  // in the cells of the second reading only. `again`: values, of rows that a parser for a digest has read;
  // documents are then followed, not checked, and whoever reads has to compare documents() in the end.
  enum class Use : std::uint8_t { values, digest, values_and_digest, again };

  explicit RowParser(std::vector<ParserColumn> columns, Use use = Use::values);

  // `cells` and `source_cells` are as long as the columns' places ask for; each place is set. `reader` stands
  // in front of the row's object and afterwards behind it. Columns without a key get Tag::absent, those with
  // a fault null. Cells point into `arena`. Whether no cell is Tag::absent.
  bool parse(json::Reader& reader, Cell* cells, Cell* source_cells, Arena& arena, RowFaults& faults);

  // With Use::again: values that do not fit may be among them, and are told once more.
  void expect_faults() { told_ = false; }

  const std::vector<ParserColumn>& columns() const { return columns_; }
  // Whether documents() tells anything: not where the values go on at once.
  bool knows_documents() const { return use_ == Use::digest || use_ == Use::again; }
  // How many rows had a key for the column.
  std::uint64_t present(std::size_t column) const { return keys_[column].present; }
  // A hash of the bytes of all objects and arrays that went into the column, one for JSON documents; 0 for
  // other columns and without knows_documents().
  std::uint64_t documents(std::size_t column) const { return keys_[column].documents; }

 private:
  static constexpr std::size_t kNone = ParserColumn::kNone;

  // How a value is read: the two commonest kinds of columns have a short way.
  enum class Way : std::uint8_t { skip, integer, text, raw, again, hashed, quoted, any };

  struct Key {
    std::string encoded;  // as write_string() writes it, with its colon
    Way way = Way::any;
    std::size_t next = kNone;    // the column that followed in the row before
    std::uint64_t last_row = 0;  // the row in which it was seen last
    std::uint64_t present = 0;
    std::uint64_t documents = 0;
  };

  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };

  static Way way_of(const ParserColumn& column, Use use);
  void parse_value(json::Reader& reader, std::size_t index, Cell* cells, Cell* source_cells, Arena& arena,
                   RowFaults& faults);
  void convert(json::Token token, std::string_view text, bool is_integer, const ParserColumn& column,
               Cell* cells, Cell* source_cells, Arena& arena, RowFaults& faults, const Hash* hash = nullptr);
  std::string change_by_column(const ColumnReading& reading, std::string_view given, Cell& cell,
                               Arena& arena);
  void add_document(std::size_t index, std::string_view raw);
  bool mark_absent(Cell* cells, Cell* source_cells) const;

  std::vector<ParserColumn> columns_;
  std::vector<Key> keys_;  // one per column
  std::unordered_map<std::string, std::size_t, TextHash, std::equal_to<>> index_;
  JsonHasher hasher_;
  RepeatedKeys repeated_keys_;
  Use use_;
  bool values_;
  bool digest_;
  bool told_;  // what columns make of the values has been looked at
  json::Buffer unquoted_;
  bool withheld_ = false;  // a value of this row is a secret that its document does not have
  std::uint64_t row_ = 0;
  std::size_t first_ = 0;  // the column with which the row before began
};

}  // namespace whimbrel
