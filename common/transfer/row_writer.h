// One row of cells as JSON text. Everything that is the same in each row of a table (keys, punctuation,
// indentation) is prepared once. Writes values only as format.md lists them; knows neither tables of a host
// nor digests.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/json/writer.h"
#include "common/schema/integer_places.h"
#include "common/schema/kind.h"
#include "common/value.h"

namespace whimbrel {

// How a document is laid out.
enum class Layout : std::uint8_t {
  document,  // one JSON value, one row per line
  pretty,    // one JSON value, indented
  lines,     // one JSON value per line: metadata, rows, $end
};

class RowWriter {
 public:
  struct Column {
    std::string_view name;
    Kind kind = Kind::any;
    // Which of its integers are strings too, under large_integers_as_text; must outlive the writer.
    const IntegerPlaces* integers = nullptr;
  };
  struct Style {
    Layout layout = Layout::document;
    std::string_view table;               // the table's plain name, for lines
    bool dynamic_types = false;           // the engine's columns hold values of any type
    bool large_integers_as_text = false;  // those that a double cannot hold exactly
  };

  // Row i's cells stand for `columns`, in this order.
  RowWriter(std::span<const Column> columns, const Style& style);
  RowWriter(const RowWriter&) = delete;  // the steps point into pieces_
  RowWriter& operator=(const RowWriter&) = delete;

  // Appends the row, in lines with its line break; what separates rows of an array is not part of it.
  void write(json::Buffer& out, const Cell* row) const;

 private:
  struct Step {
    const char* piece;
    std::uint32_t size;
    Kind kind;
    const IntegerPlaces* integers;  // null: nothing to quote inside
  };

  char* put_large_integer(char* at, std::int64_t value, Kind kind) const;
  void write_real(json::Buffer& out, double value, bool single, Kind kind) const;
  void write_json(json::Buffer& out, std::string_view document) const;

  std::string pieces_;
  std::vector<Step> steps_;
  std::string end_;
  std::size_t fixed_ = 0;  // bytes of all pieces, and of all values that have a bound
  bool lines_ = false;
  bool dynamic_ = false;
  bool quote_large_ = false;
};

// {"$bytes":"…"} and {"$text":"…"}
void write_base64_tag(json::Buffer& out, std::string_view tag, std::string_view bytes);

}  // namespace whimbrel
