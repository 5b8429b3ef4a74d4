#include "common/complete/insert_reader.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <limits>
#include <optional>

#include "common/json/reader.h"
#include "common/text/datetime.h"
#include "common/text/hex.h"
#include "common/text/uuid.h"

namespace whimbrel {

namespace {

// A place in a text that things are expected at.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}
  bool skip(std::string_view piece) {
    if (!rest_.starts_with(piece)) return false;
    rest_.remove_prefix(piece.size());
    return true;
  }
  // "a""b"
  std::optional<std::string> name() {
    if (!skip("\"")) return std::nullopt;
    std::string name;
    for (;;) {
      const std::size_t quote = rest_.find('"');
      if (quote == std::string_view::npos) return std::nullopt;
      name += rest_.substr(0, quote);
      rest_.remove_prefix(quote + 1);
      if (!skip("\"")) return name;
      name += '"';
    }
  }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

bool has_hex(const char* at, const char* end, std::size_t digits) {
  return end - at >= static_cast<std::ptrdiff_t>(digits) && std::all_of(at, at + digits, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
         });
}

std::string_view put_bytes(const char* at, const char* end, Arena& arena) {
  const std::size_t size = static_cast<std::size_t>(end - at) / 2;
  char* const bytes = arena.allocate(size);
  for (std::size_t i = 0; i < size; ++i)
    bytes[i] = static_cast<char>(hex_value(at[2 * i]) << 4 | hex_value(at[2 * i + 1]));
  return {bytes, size};
}

bool starts(const char* at, const char* end, std::string_view piece) {
  return std::string_view(at, static_cast<std::size_t>(end - at)).starts_with(piece);
}

// A number of JSON: what Tag::number may hold.
bool is_decimal(std::string_view text) {
  std::size_t i = text.starts_with('-') ? 1 : 0;
  const auto digits = [&] {
    const std::size_t begin = i;
    while (i < text.size() && text[i] >= '0' && text[i] <= '9') ++i;
    return i - begin;
  };
  const bool zero = i < text.size() && text[i] == '0';
  const std::size_t whole = digits();
  if (whole == 0 || (zero && whole > 1)) return false;
  if (i < text.size() && text[i] == '.') {
    ++i;
    if (digits() == 0) return false;
  }
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    if (i < text.size() && (text[i] == '+' || text[i] == '-')) ++i;
    if (digits() == 0) return false;
  }
  return i == text.size();
}

}  // namespace

const Table* InsertReader::find_table(const std::string& schema, const std::string& name) const {
  for (const Table& table : schema_.tables)
    if (table.name == name && table.schema == schema) return &table;
  return nullptr;
}

bool InsertReader::read_head(std::string_view statement) {
  head_.clear();
  Cursor cursor(statement);
  if (!cursor.skip("INSERT INTO ")) return false;
  std::optional<std::string> schema = "main", name = cursor.name();
  if (cursor.skip(".")) {
    schema = std::move(name);
    name = cursor.name();
  }
  if (!schema || !name || !cursor.skip(" (")) return false;
  table_ = find_table(*schema, *name);
  if (table_ == nullptr || table_->view) return false;
  columns_.clear();
  sources_.clear();
  bool identity = false;
  do {
    const std::optional<std::string> column = cursor.name();
    const std::size_t index = column ? table_->find_column(*column) : Table::npos;
    if (index == Table::npos || table_->columns[index].generated) return false;
    if (std::ranges::find(columns_, index) != columns_.end()) return false;
    columns_.push_back(index);
    identity = identity || table_->columns[index].as_identity;
    const Kind kind = table_->columns[index].kind;
    Source source{kind, Reading::text, false};
    if (engine_ == SqlEngine::postgresql) {
      source.reading = kind == Kind::timestamp     ? Reading::timestamp
                       : kind == Kind::timestamptz ? Reading::timestamptz
                       : kind == Kind::date        ? Reading::date
                       : kind == Kind::time        ? Reading::time
                       : kind == Kind::uuid        ? Reading::uuid
                       : kind == Kind::bytes       ? Reading::bytes
                       : kind == Kind::jsonb       ? Reading::json
                                                   : Reading::text;
      // By way of a double, it would be rounded twice.
      source.exact_text = kind == Kind::real && table_->columns[index].type == "real";
    }
    sources_.push_back(source);
  } while (cursor.skip(", "));
  if (!cursor.skip(")") || cursor.skip(" OVERRIDING SYSTEM VALUE") != identity || !cursor.skip(" VALUES\n"))
    return false;
  head_ = statement.substr(0, statement.size() - cursor.rest().size());
  return true;
}

const char* InsertReader::read_number(const char* at, const char* end, const Source& source,
                                      Cell& cell) const {
  const char* const stop = std::find_if(at, end, [](char c) { return c == ',' || c == ')'; });
  const std::string_view text(at, static_cast<std::size_t>(stop - at));
  const bool sqlite = engine_ == SqlEngine::sqlite;
  if (sqlite || source.kind == Kind::integer) {
    std::int64_t value = 0;
    const auto [last, error] = std::from_chars(at, stop, value);
    if (error == std::errc() && last == stop) {
      cell = Cell::integer_of(value);
      return stop;
    }
  }
  if (!is_decimal(text)) return nullptr;
  if (!sqlite && source.kind == Kind::numeric) {
    cell = Cell::of(Tag::number, text);
    return stop;
  }
  if (source.exact_text) {
    cell = Cell::text(text);
    return stop;
  }
  if (!sqlite && source.kind != Kind::real) return nullptr;
  if (text == "1e999" || text == "-1e999") {
    const double infinity = std::numeric_limits<double>::infinity();
    cell = Cell::real_of(text[0] == '-' ? -infinity : infinity);
    return sqlite ? stop : nullptr;
  }
  if (sqlite && text.find_first_of(".eE") == std::string_view::npos) return nullptr;
  double value = 0;
  const auto [last, error] = std::from_chars(at, stop, value);
  if (error != std::errc() || last != stop) return nullptr;
  cell = Cell::real_of(value);
  return stop;
}

// `at`: behind the quote.
const char* InsertReader::read_string(const char* at, const char* end, Reading reading, Cell& cell,
                                      Arena& arena) const {
  const auto find_quote = [&](const char* from) {
    return static_cast<const char*>(std::memchr(from, '\'', static_cast<std::size_t>(end - from)));
  };
  const char* quote = find_quote(at);
  if (quote == nullptr) return nullptr;
  std::string_view text(at, static_cast<std::size_t>(quote - at));
  if (quote + 1 < end && quote[1] == '\'') {
    // The text without its doubled quotes is shorter than what follows up to the last of them.
    const char* last = quote;
    while (last + 1 < end && last[1] == '\'') {
      last = find_quote(last + 2);
      if (last == nullptr) return nullptr;
    }
    char* const copy = arena.allocate(static_cast<std::size_t>(last - at));
    char* to = copy;
    for (const char* from = at; from < last;) {
      const char* const next = find_quote(from);
      const char* const stop = next < last ? next + 1 : last;
      std::memcpy(to, from, static_cast<std::size_t>(stop - from));
      to += stop - from;
      from = next < last ? next + 2 : last;
    }
    text = {copy, static_cast<std::size_t>(to - copy)};
    quote = last;
  }
  cell = Cell::text(text);
  switch (reading) {
    case Reading::timestamp:
    case Reading::timestamptz: {
      const bool zone = reading == Reading::timestamptz;
      if (const auto parsed = parse_timestamp(text); parsed && parsed->has_zone == zone)
        cell = Cell::of(zone ? Tag::timestamptz : Tag::timestamp, parsed->microseconds);
      break;
    }
    case Reading::date:
      if (const auto parsed = parse_date(text)) cell = Cell::of(Tag::date, *parsed);
      break;
    case Reading::time:
      if (const auto parsed = parse_time(text)) cell = Cell::of(Tag::time, *parsed);
      break;
    case Reading::uuid: {
      char* const bytes = arena.allocate(16);
      if (parse_uuid(text, bytes)) cell = Cell::of(Tag::uuid, std::string_view(bytes, 16));
      break;
    }
    case Reading::bytes: {
      const std::string_view digits = text.substr(std::min<std::size_t>(2, text.size()));
      if (text.starts_with("\\x") && digits.size() % 2 == 0 &&
          has_hex(digits.data(), digits.data() + digits.size(), digits.size()))
        cell = Cell::of(Tag::bytes, put_bytes(digits.data(), digits.data() + digits.size(), arena));
      break;
    }
    case Reading::json:
      if (json::is_valid(text)) cell = Cell::of(Tag::json, text);
      break;
    case Reading::text:
      break;
  }
  return quote + 1;
}

// `at`: behind x'
const char* InsertReader::read_hex(const char* at, const char* end, Cell& cell, Arena& arena) const {
  const char* const quote = std::find(at, end, '\'');
  if (quote == end || (quote - at) % 2 != 0 || !has_hex(at, quote, static_cast<std::size_t>(quote - at)))
    return nullptr;
  cell = Cell::of(Tag::bytes, put_bytes(at, quote, arena));
  return quote + 1;
}

// `at`: behind replace(' of a text whose carriage returns are marked.
const char* InsertReader::read_marked(const char* at, const char* end, Cell& cell, Arena& arena) const {
  Cell mark;
  at = read_string(at, end, Reading::text, cell, arena);
  if (at == nullptr || !starts(at, end, ",'")) return nullptr;
  at = read_string(at + 2, end, Reading::text, mark, arena);
  constexpr std::string_view kEnd = ",char(13))";
  if (at == nullptr || !starts(at, end, kEnd) || mark.view().empty()) return nullptr;
  std::string_view text = cell.view();
  char* const copy = arena.allocate(text.size());
  char* to = copy;
  for (;;) {
    const std::size_t next = text.find(mark.view());
    to = std::copy_n(text.data(), std::min(next, text.size()), to);
    if (next == std::string_view::npos) break;
    *to++ = '\r';
    text.remove_prefix(next + mark.view().size());
  }
  cell = Cell::text({copy, static_cast<std::size_t>(to - copy)});
  return at + kEnd.size();
}

const char* InsertReader::read_cell(const char* at, const char* end, const Source& source, Cell& cell,
                                    Arena& arena) const {
  const bool sqlite = engine_ == SqlEngine::sqlite;
  switch (*at) {
    case '\'':
      return read_string(at + 1, end, source.reading, cell, arena);
    case 'N':
      if (!starts(at, end, "NULL")) return nullptr;
      cell = Cell();
      return at + 4;
    case 't':
      if (sqlite || source.kind != Kind::boolean || !starts(at, end, "true")) return nullptr;
      cell = Cell::boolean(true);
      return at + 4;
    case 'f':
      if (sqlite || source.kind != Kind::boolean || !starts(at, end, "false")) return nullptr;
      cell = Cell::boolean(false);
      return at + 5;
    case 'B':
      if (sqlite || !starts(at, end, "B'")) return nullptr;
      return read_string(at + 2, end, Reading::text, cell, arena);
    case 'x':
      return sqlite && starts(at, end, "x'") ? read_hex(at + 2, end, cell, arena) : nullptr;
    case 'r': {
      constexpr std::string_view kBegin = "replace('";
      return sqlite && starts(at, end, kBegin) ? read_marked(at + kBegin.size(), end, cell, arena) : nullptr;
    }
    case 'C': {
      constexpr std::string_view kBegin = "CAST(x'", kEnd = " AS TEXT)";
      if (!sqlite || !starts(at, end, kBegin)) return nullptr;
      const char* const next = read_hex(at + kBegin.size(), end, cell, arena);
      if (next == nullptr || !starts(next, end, kEnd)) return nullptr;
      cell.tag = Tag::odd_text;
      return next + kEnd.size();
    }
    default:
      return read_number(at, end, source, cell);
  }
}

bool InsertReader::read_rows(std::string_view statement, std::vector<Cell>& cells, Arena& arena) {
  const char* at = statement.data() + head_.size();
  const char* const end = statement.data() + statement.size();
  cells.clear();
  for (;;) {
    if (at == end || *at++ != '(') return false;
    for (std::size_t i = 0; i < sources_.size(); ++i) {
      if (i > 0) {
        if (!starts(at, end, ", ")) return false;
        at += 2;
      }
      if (at == end) return false;
      at = read_cell(at, end, sources_[i], cells.emplace_back(), arena);
      if (at == nullptr || at == end) return false;
    }
    if (*at++ != ')') return false;
    if (starts(at, end, ";")) return at + 1 == end;
    if (!starts(at, end, ",\n")) return false;
    at += 2;
  }
}

}  // namespace whimbrel
