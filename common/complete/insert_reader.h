// INSERT statements as we write them, read back as cells for Host::insert(). Strict: whatever a person may
// have changed into another shape is not recognised, and runs as the statement that it is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/complete/literal_writer.h"
#include "common/host.h"
#include "common/schema/model.h"
#include "common/value.h"

namespace whimbrel {

class InsertReader {
 public:
  InsertReader(SqlEngine engine, const Schema& schema) : engine_(engine), schema_(schema) {}

  // What stands in front of the rows; false when it is not ours, or names what is not there. When true,
  // table() and columns() are what it says, until the next call.
  bool read_head(std::string_view statement);
  // Whether the statement has the same head as the last that read_head() knew.
  bool has_same_head(std::string_view statement) const {
    return !head_.empty() && statement.starts_with(head_);
  }
  // Its rows; false when anything is not ours. The cells point into the statement and into the arena.
  bool read_rows(std::string_view statement, std::vector<Cell>& cells, Arena& arena);

  const Table& table() const { return *table_; }
  const std::vector<std::size_t>& columns() const { return columns_; }

 private:
  // What a quoted string becomes.
  enum class Reading : std::uint8_t { text, timestamp, timestamptz, date, time, uuid, bytes, json };
  struct Source {
    Kind kind = Kind::any;
    Reading reading = Reading::text;
    bool exact_text = false;  // a number that the type reads best itself
  };

  const Table* find_table(const std::string& schema, const std::string& name) const;
  const char* read_cell(const char* at, const char* end, const Source& source, Cell& cell,
                        Arena& arena) const;
  const char* read_number(const char* at, const char* end, const Source& source, Cell& cell) const;
  const char* read_string(const char* at, const char* end, Reading reading, Cell& cell, Arena& arena) const;
  const char* read_marked(const char* at, const char* end, Cell& cell, Arena& arena) const;
  const char* read_hex(const char* at, const char* end, Cell& cell, Arena& arena) const;

  SqlEngine engine_;
  const Schema& schema_;
  std::string head_;
  const Table* table_ = nullptr;
  std::vector<std::size_t> columns_;
  std::vector<Source> sources_;
};

}  // namespace whimbrel
