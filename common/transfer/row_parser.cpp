#include "common/transfer/row_parser.h"

#include <cstring>
#include <utility>

#include "common/error.h"
#include "common/error_text.h"
#include "common/json/writer.h"
#include "common/transfer/integer_places.h"
#include "common/transfer/stored_value.h"

namespace whimbrel {

using json::Token;

RowParser::Way RowParser::way_of(const ParserColumn& column, Use use) {
  const bool wanted = column.cell != kNone;
  const bool read_source = column.source_cell != kNone && !(wanted && column.same_reading);
  const bool digest = use == Use::digest || use == Use::values_and_digest;
  if (!wanted && column.source_cell == kNone) return Way::skip;
  if (column.quoted != nullptr && column.quoted->any()) return Way::quoted;
  if ((wanted && column.reading.wants_raw()) || (read_source && column.source_reading.wants_raw()))
    return digest ? Way::hashed : use == Use::again && !read_source ? Way::again : Way::raw;
  const auto is_nested = [](const ColumnReading& reading) {
    return reading.kind == Kind::array || reading.kind == Kind::composite;
  };
  if (digest && ((wanted && is_nested(column.reading)) || (read_source && is_nested(column.source_reading))))
    return Way::hashed;
  if (!wanted || read_source) return Way::any;
  const ColumnReading& reading = column.reading;
  if (reading.limit) return Way::any;
  const bool times_from_text = reading.dynamic && !reading.source_dynamic;
  if (reading.kind == Kind::integer) return Way::integer;
  if (reading.dynamic ? reading.source_dynamic : reading.kind == Kind::text || reading.kind == Kind::other) {
    return Way::text;
  }
  return times_from_text && reading.source_kind == Kind::text ? Way::text : Way::any;
}

RowParser::RowParser(std::vector<ParserColumn> columns, Use use)
    : columns_(std::move(columns)),
      keys_(columns_.size()),
      use_(use),
      values_(use != Use::digest),
      digest_(use == Use::digest || use == Use::values_and_digest),
      told_(use == Use::again) {
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    index_.emplace(columns_[i].name, i);
    json::Buffer encoded;
    json::write_string(encoded, columns_[i].name);
    encoded.append(':');
    keys_[i].encoded = encoded.view();
    keys_[i].way = way_of(columns_[i], use);
    keys_[i].next = i + 1 < columns_.size() ? i + 1 : kNone;
  }
}

bool RowParser::parse(json::Reader& reader, Cell* cells, Cell* source_cells, Arena& arena,
                      RowFaults& faults) {
  ++row_;
  withheld_ = false;
  reader.next();
  std::size_t seen = 0;
  std::size_t expected = columns_.empty() ? kNone : first_;
  std::size_t previous = kNone;
  for (;;) {
    std::size_t index = expected;
    if (index == kNone || !reader.accept_key(keys_[index].encoded)) {
      if (reader.next() != Token::key) break;
      const auto found = index_.find(reader.text());
      if (found == index_.end()) {
        faults.unknown_column(std::string(reader.text()));
        reader.skip_value();
        continue;
      }
      index = found->second;
      (previous == kNone ? first_ : keys_[previous].next) = index;
    }
    Key& key = keys_[index];
    previous = index;
    expected = key.next;
    if (key.last_row == row_) {
      faults.duplicate_column(columns_[index].name);
      reader.skip_value();
      continue;
    }
    key.last_row = row_;
    ++key.present;
    ++seen;
    parse_value(reader, index, cells, source_cells, arena, faults);
  }
  const bool complete = seen == columns_.size() || !mark_absent(cells, source_cells);
  return complete && !withheld_;
}

// Whether there was any such cell.
bool RowParser::mark_absent(Cell* cells, Cell* source_cells) const {
  const Cell absent = Cell::of(Tag::absent, std::int64_t{0});
  bool any = false;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const ParserColumn& column = columns_[i];
    if (keys_[i].last_row == row_) continue;
    if (column.cell != kNone) cells[column.cell] = absent;
    if (column.source_cell != kNone) source_cells[column.source_cell] = absent;
    any = any || column.cell != kNone || column.source_cell != kNone;
  }
  return any;
}

void RowParser::add_document(std::size_t index, std::string_view raw) {
  if (raw[0] != '{' && raw[0] != '[') return;
  std::uint64_t& documents = keys_[index].documents;
  documents = XXH3_64bits_withSeed(raw.data(), raw.size(), documents);
}

inline void RowParser::parse_value(json::Reader& reader, std::size_t index, Cell* cells, Cell* source_cells,
                                   Arena& arena, RowFaults& faults) {
  const ParserColumn& column = columns_[index];
  switch (keys_[index].way) {
    case Way::skip:
      reader.skip_value();
      return;
    case Way::integer: {
      std::int64_t value = 0;
      if (!reader.accept_integer(value)) {
        const Token token = reader.next_value();
        convert(token, reader.text(), reader.is_integer(), column, cells, source_cells, arena, faults);
      } else if (value >= column.reading.lowest && value <= column.reading.highest) {
        const Cell cell = Cell::integer_of(value);
        cells[column.cell] = cell;
        if (column.source_cell != kNone) source_cells[column.source_cell] = cell;
      } else {
        convert(Token::number, std::to_string(value), true, column, cells, source_cells, arena, faults);
      }
      return;
    }
    case Way::text: {
      const Token token = reader.next_value();
      const std::string_view text = reader.text();
      if (token == Token::string && std::memchr(text.data(), 0, text.size()) == nullptr &&
          (column.reading.keeps_text() || !reads_as_number(text))) {
        const Cell cell = Cell::text(arena.copy(text));
        cells[column.cell] = cell;
        if (column.source_cell != kNone) source_cells[column.source_cell] = cell;
        return;
      }
      convert(token, text, reader.is_integer(), column, cells, source_cells, arena, faults);
      return;
    }
    case Way::raw:
      convert(Token::begin_object, reader.raw_value(), false, column, cells, source_cells, arena, faults);
      return;
    case Way::again: {
      const Token token = reader.peek();
      const bool container = token == Token::begin_object || token == Token::begin_array;
      const std::string_view raw = container ? reader.raw_container_again() : reader.raw_value();
      add_document(index, raw);
      convert(Token::begin_object, raw, false, column, cells, source_cells, arena, faults);
      return;
    }
    case Way::hashed: {
      Hash hash;
      const std::string_view raw = hasher_.read(reader, hash);
      if (knows_documents() && column.cell != kNone && column.reading.wants_raw()) add_document(index, raw);
      convert(Token::begin_object, raw, false, column, cells, source_cells, arena, faults, &hash);
      return;
    }
    case Way::quoted: {
      const std::string_view raw = reader.raw_value();
      if (knows_documents() && column.cell != kNone && column.reading.wants_raw()) add_document(index, raw);
      unquoted_.clear();
      unquote_large_integers(unquoted_, raw, *column.quoted);
      Hash hash;
      if (digest_) hash = hasher_.hash(unquoted_.view());
      convert(Token::begin_object, unquoted_.view(), false, column, cells, source_cells, arena, faults,
              digest_ ? &hash : nullptr);
      return;
    }
    case Way::any: {
      const Token token = reader.next_value();
      convert(token, reader.text(), reader.is_integer(), column, cells, source_cells, arena, faults);
      return;
    }
  }
}

// What the column makes of a value; nothing where it keeps it, or nobody asks.
std::string RowParser::change_by_column(const ColumnReading& reading, std::string_view given, Cell& cell,
                                        Arena& arena) {
  if (reading.affinity) {
    const std::string stored = stored_instead(cell, *reading.affinity, reading.kind);
    return stored.empty() ? stored : "would become " + stored;
  }
  if (reading.array_limit && !cell.is_null()) {
    if (const auto filled = reading.array_limit->filled_up(given)) {
      const Hash hash = cell.tag == Tag::hashed ? hasher_.hash(*filled) : Hash();
      convert_raw(*filled, reading, arena, cell, cell.tag == Tag::hashed ? &hash : nullptr);
    }
    return told_ || reading.keeps_number ? std::string() : reading.array_limit->change(given, repeated_keys_);
  }
  if (!reading.limit) return {};
  reading.limit->fill_up(cell, arena);
  if (reading.keeps_number) {
    if (reading.limit->is_of_reals() && !reading.limit->change(given, cell, repeated_keys_).empty())
      cell = Cell::of(Tag::number, arena.copy(given));
    return {};
  }
  return told_ ? std::string() : reading.limit->change(given, cell, repeated_keys_);
}

// `text`: as next_value() gives it; with Token::begin_object also any other value as raw_value() gives it.
void RowParser::convert(Token token, std::string_view text, bool is_integer, const ParserColumn& column,
                        Cell* cells, Cell* source_cells, Arena& arena, RowFaults& faults, const Hash* hash) {
  const bool wanted = column.cell != kNone;
  const bool read_source = column.source_cell != kNone && !(wanted && column.same_reading);
  const bool raw = token == Token::begin_object || token == Token::begin_array;
  const auto read_value = [&](const ColumnReading& reading, Cell& to, const Hash* hasher) {
    return raw ? convert_raw(text, reading, arena, to, hasher)
               : convert_scalar(token, text, is_integer, reading, arena, to);
  };
  const auto read = [&](const ColumnReading& reading, Cell& to, const Hash* hasher) {
    Misfit misfit = read_value(reading, to, hasher);
    if (misfit) return misfit;
    const std::string change = change_by_column(reading, text, to, arena);
    if (change.empty()) return misfit;
    const std::string given = token == Token::string        ? in_quotes(excerpt(text))
                              : token == Token::true_value  ? "true"
                              : token == Token::false_value ? "false"
                                                            : excerpt(text);
    return Misfit{code::kWrongType, given + " " + change};
  };
  Cell cell;
  if (wanted) {
    if (const Misfit misfit = read(column.reading, cell, values_ ? nullptr : hash)) {
      cell = Cell();
      faults.misfit(column.name, misfit);
    }
    cells[column.cell] = cell;
    if (cell.tag == Tag::absent) {  // {"$secret":null} is no value
      --keys_[static_cast<std::size_t>(&column - columns_.data())].present;
      withheld_ = true;
    }
    // Hashed, where the hash is at hand.
    if (values_ && hash != nullptr && !read_source && !cell.is_null()) read(column.reading, cell, hash);
  }
  if (column.source_cell == kNone) return;
  // What does not fit here may be right where it came from; then the target's reading has its say.
  if (read_source) read(column.source_reading, cell, hash);
  source_cells[column.source_cell] = cell;
}

}  // namespace whimbrel
