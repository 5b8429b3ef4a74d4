// What a column of arrays makes of their elements: as ColumnLimit says it of a column of their type.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/schema/kind.h"
#include "common/transfer/column_limit.h"

namespace whimbrel {

class ArrayLimit {
 public:
  // Of an array type as format_type() prints it; none where its elements are kept, or not known here: those
  // of jsonb, whose own arrays stand among those of the column. `source`: the type that the values come from.
  static std::optional<ArrayLimit> of(std::string_view type, std::string_view source);

  // What becomes of an array as it stands in a document, for people ("has 1.005, which would be rounded to 2
  // decimal places"); empty when the column keeps it.
  std::string change(std::string_view given, RepeatedKeys& keys) const;

  // Elements of a char(n) get the blanks of their length: the array as the column will have it, or nothing
  // where it is the same.
  std::optional<std::string> filled_up(std::string_view given) const;
  bool fills_up() const { return element_.fills_up(); }

 private:
  ArrayLimit(const ColumnLimit& element, Kind kind, bool single)
      : element_(element), kind_(kind), single_(single) {}

  ColumnLimit element_;
  Kind kind_;
  bool single_;  // a binary float of 32 bits
};

}  // namespace whimbrel
