// What a column of PostgreSQL makes of a value that is more exact than its type, or has another length:
// another value, without an error. What SQLite does so is in stored_value.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/schema/model.h"
#include "common/text/interval.h"
#include "common/transfer/document.h"
#include "common/transfer/repeated_keys.h"
#include "common/value.h"

namespace whimbrel {

class ColumnLimit {
 public:
  // Of a type as format_type() prints it; none where it keeps what it takes, or refuses it.
  static std::optional<ColumnLimit> of(std::string_view type);

  // What becomes of a value, for people ("would become the number 7"); empty when the column keeps it.
  // `given`: its text in the document, without the quotes of a string; `cell`: as the column would take it.
  std::string change(std::string_view given, const Cell& cell, RepeatedKeys& keys) const;

  // Blanks up to the length of a char(n), of which they are no part.
  void fill_up(Cell& cell, Arena& arena) const;
  // Of values that come from such a type: blanks at the end of those of a char(n), or of an array of them,
  // are no part of them either.
  void come_from(std::string_view type) { ignores_blanks_ = fills_up() && type.starts_with("character("); }
  bool fills_up() const { return what_ == What::all_characters; }

  // Whether a cell of the column has lost already what the value had.
  bool is_of_reals() const { return what_ == What::real || what_ == What::real32; }

 private:
  enum class What : std::uint8_t {
    real,
    real32,
    decimals,           // numeric(p,s)
    fraction,           // of seconds, of a time or a point in time
    interval_fraction,  // of an interval
    interval_fields,    // of an interval of some fields, the last of which is no second
    most_characters,    // varchar(n)
    all_characters,     // char(n)
    bytes,              // name, "char"
    members,            // jsonb: each key once
  };

  ColumnLimit(What what, int size) : what_(what), size_(size) {}

  std::string change_of_real(std::string_view given, const Cell& cell) const;
  std::string change_of_time(std::int64_t microseconds) const;
  std::string change_of_clock(std::string_view text) const;
  std::string change_of_interval(const IntervalParts& interval) const;
  std::string change_of_text(std::string_view text) const;

  What what_;
  int size_;  // decimals, characters or bytes; of interval_fields, which field is the last one
  bool ignores_blanks_ = false;
};

// Whether values of a document's column had all limits of this column at home. `source_dynamic`: they come
// from an engine whose columns take values of any type.
bool has_same_limits(const Column& column, const DocumentColumn& declared, bool source_dynamic);

// The limit that matters for the values of a document's column.
std::optional<ColumnLimit> limit_beside(const Column& column, const DocumentColumn& declared,
                                        bool source_dynamic);

}  // namespace whimbrel
