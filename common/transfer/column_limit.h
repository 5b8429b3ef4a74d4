// What a column of PostgreSQL makes of a value that is more exact than its type, or has another length:
// another value, without an error. What SQLite does so is in stored_value.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/schema/model.h"
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
    most_characters,    // varchar(n)
    all_characters,     // char(n)
    name,               // 63 bytes
    members,            // jsonb: each key once
  };

  ColumnLimit(What what, int size) : what_(what), size_(size) {}

  std::string change_of_real(std::string_view given, const Cell& cell) const;
  std::string change_of_time(std::int64_t microseconds) const;
  std::string change_of_text(std::string_view text) const;

  What what_;
  int size_;  // decimals, or characters
};

// The limit that matters for the values of a document's column; none where they had the same at home.
// `source_dynamic`: they come from an engine whose columns take values of any type.
std::optional<ColumnLimit> limit_beside(const Column& column, const DocumentColumn& declared,
                                        bool source_dynamic);

}  // namespace whimbrel
