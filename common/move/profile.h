// What the columns of a SQLite table really hold: its declared types are hints only. One scan of the table,
// constant memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "common/host.h"
#include "common/move/integer_set.h"

namespace whimbrel::move {

struct ColumnProfile {
  std::uint64_t nulls = 0;
  std::uint64_t integers = 0;
  std::uint64_t reals = 0;
  std::uint64_t texts = 0;  // odd ones too
  std::uint64_t blobs = 0;

  // Of integers.
  std::int64_t least = 0, greatest = 0;
  std::uint64_t zero_or_one = 0;
  std::uint64_t seconds = 0, milliseconds = 0, microseconds = 0;  // plausible as a time since 1970
  // Of reals.
  std::uint64_t not_finite = 0;
  // Of numbers, in decimal notation; an integer has no fraction.
  std::uint64_t whole_digits = 0, fraction_digits = 0;
  // Of texts: how many read as such.
  std::uint64_t booleans = 0, dates = 0, times = 0, plain_times = 0, zoned_times = 0, uuids = 0, numbers = 0;
  std::uint64_t nans = 0;        // NaN, for which SQLite has no real
  std::uint64_t json = 0;        // valid
  std::uint64_t plain_json = 0;  // which jsonb keeps: no key twice, no \u0000, no -0
  std::uint64_t with_nul = 0, invalid_utf8 = 0;
  std::uint64_t longest = 0;  // in bytes, of texts and blobs

  std::uint64_t values() const { return integers + reals + texts + blobs; }
  // "integer 5, text 2, null 1"
  std::string summary() const;
};

struct TableProfile {
  std::uint64_t rows = 0;
  std::vector<ColumnProfile> columns;  // of Table::columns; those that nobody looked at stay empty
};

// Whether there are values of generated columns to look at: in no document.
enum class GeneratedColumns : std::uint8_t { have_values, have_none };

// Looks at the rows of one table, one by one.
class TableProfiler {
 public:
  TableProfiler(const Table& table, GeneratedColumns generated);
  ~TableProfiler();

  // What the cells of a row are for.
  const std::vector<std::size_t>& columns() const { return request_; }
  // The integers of a column, from now on; `into` must outlive this object.
  void collect(std::size_t column, IntegerSet& into);
  void add(const Cell* row);
  TableProfile take() { return std::move(profile_); }

 private:
  struct Columns;
  TableProfile profile_;
  std::vector<std::size_t> request_;
  std::unique_ptr<Columns> columns_;
};

// Of all rows of `table`, which is the profiler's.
TableProfile profile_table(Host& file, const Table& table, TableProfiler& profiler, Host& caller);

}  // namespace whimbrel::move
