// Values and rows as they cross the seam between the core and a host: 16-byte cells, row-major, in batches.
// A cell that points (data) borrows: from the batch's own arena, or from memory that its producer keeps until
// the batch is cleared. Nothing here knows an engine, and nothing here allocates per value.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <string_view>
#include <vector>

namespace whimbrel {

enum class Tag : std::uint8_t {
  absent,  // no value was given, the column's default applies (imports only)
  null,
  boolean,  // integer: 0 or 1
  integer,  // integer
  real,     // real: IEEE double
  real32,   // real: holds a float exactly; its shortest text is the float's
  number,  // data, size: a decimal of any length in the grammar of a JSON number, or NaN, Infinity, -Infinity
  text,    // data, size: valid UTF-8 without NUL
  odd_text,     // data, size: text with NUL or with invalid UTF-8 (SQLite only)
  bytes,        // data, size
  date,         // integer: days since 2000-01-01; kNegativeInfinity, kInfinity
  time,         // integer: microseconds since midnight, 86400000000 for 24:00:00
  timestamp,    // integer: microseconds since 2000-01-01T00:00:00; kNegativeInfinity, kInfinity
  timestamptz,  // the same, in UTC
  uuid,         // data: 16 bytes in network order, size 16
  json,         // data, size: a user's JSON document, verbatim and valid
  encoded,  // data, size: JSON in the document format's own encoding (arrays, tagged values): written as it
            // is
  hashed,   // data, size: instead of json or encoded, where only a digest is wanted: the 16 bytes of its Hash
};

inline constexpr std::int64_t kInfinity = std::numeric_limits<std::int64_t>::max();
inline constexpr std::int64_t kNegativeInfinity = std::numeric_limits<std::int64_t>::min();

struct Cell {
  union {
    std::int64_t integer;
    double real;
    const char* data;
  };
  std::uint32_t size;  // bytes of data; both engines end a value below 1 GiB
  Tag tag;

  Cell() : integer(0), size(0), tag(Tag::null) {}
  Cell(const Cell&) = default;
  // Member by member: a copy of the whole would be read back from memory in other pieces than it was made of,
  // and wait for them each time.
  Cell& operator=(const Cell& other) {
    integer = other.integer;
    size = other.size;
    tag = other.tag;
    return *this;
  }
  static Cell of(Tag tag, std::int64_t value) {
    Cell c;
    c.tag = tag;
    c.integer = value;
    return c;
  }
  static Cell of(Tag tag, std::string_view bytes) {
    Cell c;
    c.tag = tag;
    c.data = bytes.data();
    c.size = static_cast<std::uint32_t>(bytes.size());
    return c;
  }
  static Cell boolean(bool value) { return of(Tag::boolean, value ? 1 : 0); }
  static Cell integer_of(std::int64_t value) { return of(Tag::integer, value); }
  static Cell real_of(double value) {
    Cell c;
    c.tag = Tag::real;
    c.real = value;
    return c;
  }
  static Cell text(std::string_view value) { return of(Tag::text, value); }

  bool is_null() const { return tag == Tag::null || tag == Tag::absent; }
  std::string_view view() const { return {data, size}; }
};
static_assert(sizeof(Cell) == 16);

// Memory for what the cells of one batch point to. Blocks are kept when it is cleared, except that what one
// huge value needed is given back.
class Arena {
 public:
  char* allocate(std::size_t size) {
    if (size > static_cast<std::size_t>(end_ - next_)) grow(size);
    char* at = next_;
    next_ += size;
    used_ += size;
    return at;
  }
  std::string_view copy(std::string_view bytes) {
    char* at = allocate(bytes.size());
    if (!bytes.empty()) std::memcpy(at, bytes.data(), bytes.size());
    return {at, bytes.size()};
  }
  std::size_t used() const { return used_; }
  void clear();

 private:
  void grow(std::size_t size);

  static constexpr std::size_t kBlock = 256 * 1024;
  std::vector<std::unique_ptr<char[]>> large_;  // blocks for values above kBlock, freed by clear()
  std::vector<std::unique_ptr<char[]>> blocks_;
  std::size_t in_use_ = 0;  // blocks_ taken since clear()
  char* next_ = nullptr;
  char* end_ = nullptr;
  std::size_t used_ = 0;
};

// Rows of one shape. Producers append until full(), consumers read row(i)[column].
class RowBatch {
 public:
  static constexpr std::size_t kMaxRows = 256;
  static constexpr std::size_t kMaxBytes = 256 * 1024;

  void reset(std::size_t columns) {  // clears and sets the shape
    columns_ = columns;
    cells_.resize(columns * kMaxRows);
    clear();
  }
  void clear() {
    rows_ = 0;
    arena_.clear();
  }

  std::size_t columns() const { return columns_; }
  std::size_t rows() const { return rows_; }
  bool empty() const { return rows_ == 0; }
  bool full() const { return rows_ >= kMaxRows || arena_.used() >= kMaxBytes; }

  // Room for one more row: `columns()` cells to fill. Only when not full().
  Cell* append() { return cells_.data() + columns_ * rows_++; }
  // Takes the last appended row back.
  void drop_last() { --rows_; }
  const Cell* row(std::size_t index) const { return cells_.data() + columns_ * index; }
  // For who changes rows on their way.
  Cell* row(std::size_t index) { return cells_.data() + columns_ * index; }
  // Only the first `rows` stay.
  void keep(std::size_t rows) { rows_ = rows; }
  Arena& arena() { return arena_; }

 private:
  std::size_t columns_ = 0;
  std::size_t rows_ = 0;
  std::vector<Cell> cells_;
  Arena arena_;
};

// Where rows come from: a query or table of a host, or a table of a document. Each call clears the batch and
// fills it; false at the end, then the batch is empty. Cells stay valid until the next call.
class RowReader {
 public:
  virtual ~RowReader() = default;
  virtual std::size_t columns() const = 0;
  virtual bool next(RowBatch& batch) = 0;
  // Whether the cells of the last batch point into its own arena only, so that they stay valid while others
  // are read.
  virtual bool batch_stands_alone() const { return false; }
};

}  // namespace whimbrel
