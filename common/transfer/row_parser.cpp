#include "common/transfer/row_parser.h"

#include <utility>

#include "common/error.h"

namespace whimbrel {

using json::Token;

RowParser::RowParser(std::vector<ParserColumn> columns, std::size_t cells, std::size_t source_cells)
    : columns_(std::move(columns)),
      present_(columns_.size(), 0),
      last_row_(columns_.size(), 0),
      cells_(cells),
      source_cells_(source_cells) {
  for (std::size_t i = 0; i < columns_.size(); ++i) index_.emplace(columns_[i].name, i);
}

inline std::size_t RowParser::find(std::string_view key) {
  if (expected_ < columns_.size() && columns_[expected_].name == key) return expected_++;
  const auto found = index_.find(key);
  if (found == index_.end()) return kNone;
  expected_ = found->second + 1;
  return found->second;
}

void RowParser::parse(json::Reader& reader, Cell* cells, Cell* source_cells, Arena& arena,
                      RowFaults& faults) {
  const Cell absent = Cell::of(Tag::absent, std::int64_t{0});
  for (std::size_t i = 0; i < cells_; ++i) cells[i] = absent;
  for (std::size_t i = 0; i < source_cells_; ++i) source_cells[i] = absent;
  ++row_;
  expected_ = 0;
  reader.next();
  while (reader.next() == Token::key) {
    const std::size_t index = find(reader.text());
    if (index == kNone) {
      faults.unknown_column(std::string(reader.text()));
      reader.skip_value();
      continue;
    }
    const ParserColumn& column = columns_[index];
    if (last_row_[index] == row_) {
      faults.duplicate_column(column.name);
      reader.skip_value();
      continue;
    }
    last_row_[index] = row_;
    ++present_[index];
    parse_value(reader, column, cells, source_cells, arena, faults);
  }
}

void RowParser::parse_value(json::Reader& reader, const ParserColumn& column, Cell* cells, Cell* source_cells,
                            Arena& arena, RowFaults& faults) {
  const bool wanted = column.cell != kNone;
  const bool source_wanted = column.source_cell != kNone;
  const bool read_source = source_wanted && !(wanted && column.same_reading);
  if (!wanted && !source_wanted) {
    reader.skip_value();
    return;
  }
  Cell ignored;
  Cell& cell = wanted ? cells[column.cell] : ignored;
  cell = Cell();
  Misfit misfit;
  bool raw = (wanted && column.reading.wants_raw()) || (read_source && column.source_reading.wants_raw());
  if (!raw) {
    const Token token = reader.peek();
    raw = token == Token::begin_object || token == Token::begin_array;
  }
  if (raw) {
    const std::string_view value = reader.raw_value();
    if (wanted) misfit = convert_raw(value, column.reading, arena, cell);
    if (read_source) convert_raw(value, column.source_reading, arena, source_cells[column.source_cell]);
  } else {
    const Token token = reader.next();
    const std::string_view text = reader.text();
    const bool is_integer = token == Token::number && reader.is_integer();
    if (wanted) misfit = convert_scalar(token, text, is_integer, column.reading, arena, cell);
    if (read_source) {
      convert_scalar(token, text, is_integer, column.source_reading, arena, source_cells[column.source_cell]);
    }
  }
  if (misfit) {
    cell = Cell();
    faults.misfit(column.name, misfit);
  }
  if (source_wanted && !read_source) source_cells[column.source_cell] = cell;
}

}  // namespace whimbrel
