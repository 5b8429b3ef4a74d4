// One JSON value of a document -> the cell of one column. The rules of format.md in the reading direction;
// whether a value fits its column is decided here as far as that is possible without the database.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "common/json/reader.h"
#include "common/schema/affinity.h"
#include "common/schema/kind.h"
#include "common/transfer/array_limit.h"
#include "common/transfer/column_limit.h"
#include "common/transfer/hash.h"
#include "common/value.h"

namespace whimbrel {

// What becomes of text that the database cannot hold: NUL, invalid UTF-8.
enum class BadText : std::uint8_t {
  error,
  replace,  // U+FFFD for each such byte
  strip,    // nothing for it
};

// How the values of one column are read.
struct ColumnReading {
  Kind kind = Kind::any;  // of the column that takes the values
  bool dynamic = false;   // its engine's columns take values of any type
  // What they make of some: a misfit, where that is another value. None: nobody minds.
  std::optional<Affinity> affinity;
  // The same of a typed engine's column; see `keeps_number`.
  std::optional<ColumnLimit> limit;
  std::optional<ArrayLimit> array_limit;
  // Instead of a misfit, a number that the column would round stays as it is in the document: for who
  // compares.
  bool keeps_number = false;
  bool may_hold_nul = false;  // its text may hold U+0000
  BadText bad_text = BadText::error;
  // Into a table that was made for a document of an engine with dynamic types: values of other storage
  // classes than the column's become what a move of the database makes of them (common/move/column_type.h).
  bool widened = false;
  bool single = false;                                             // a binary float of 32 bits
  std::int64_t lowest = std::numeric_limits<std::int64_t>::min();  // of an integer
  std::int64_t highest = std::numeric_limits<std::int64_t>::max();
  Kind source_kind = Kind::any;  // as the document says; as `kind` when it does not
  bool source_dynamic = false;   // of the engine that wrote the document; as `dynamic` when it does not say

  // Whether values have to come as raw JSON: a column for JSON documents takes them as they are.
  bool wants_raw() const { return kind == Kind::json || kind == Kind::jsonb; }
  // Whether the column keeps every text.
  bool keeps_text() const { return !affinity || affinity == Affinity::none || affinity == Affinity::text; }
};

// The reading for a column of this declared type.
ColumnReading column_reading(Kind kind, std::string_view type, bool dynamic, bool may_hold_nul);

// Why a value does not fit; `code` is one of common/error.h, empty when it fits.
struct Misfit {
  std::string_view code;
  std::string message;  // behind "column …: "

  explicit operator bool() const { return !code.empty(); }
};

// A scalar: `text` as Reader::text() gives it. What a cell points to is copied into `arena`.
Misfit convert_scalar(json::Token token, std::string_view text, bool is_integer, const ColumnReading& reading,
                      Arena& arena, Cell& cell);
// Any value, as Reader::raw_value() gives it: our tags ({"$bytes":…}), arrays, documents, and scalars too.
// With `hash`, the value's own, a document or an array becomes Tag::hashed and is not copied.
Misfit convert_raw(std::string_view raw, const ColumnReading& reading, Arena& arena, Cell& cell,
                   const Hash* hash = nullptr);

}  // namespace whimbrel
