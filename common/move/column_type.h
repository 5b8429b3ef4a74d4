// Which type of PostgreSQL a column of SQLite becomes, and what is done to its values on the way: proposed by
// the declared type, confirmed or widened by the profile. Nothing is guessed: where the values disagree with
// the declaration, the type is one that holds them all, and the reason says so.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/move/profile.h"
#include "common/schema/model.h"

namespace whimbrel::move {

enum class Conversion : std::uint8_t {
  none,         // the value as it is
  boolean,      // 0, 1, and words for them
  real,         // the text NaN as that
  number,       // exact decimal text of whatever number it is
  text,         // numbers as their text, blobs as \x…
  bytes,        // text as its bytes
  date,         // text
  time,         // text
  timestamp,    // text; with a zone: in UTC
  timestamptz,  // text; without a zone: in UTC
  epoch_s,      // integer since 1970
  epoch_ms,
  epoch_us,
  uuid,   // text
  given,  // by option: every value is read by the type's own input
};

struct ColumnDecision {
  std::string type;  // of PostgreSQL
  Conversion conversion = Conversion::none;
  std::string loss;       // what is not the same afterwards; empty: nothing
  bool bad_text = false;  // there is text that PostgreSQL cannot hold
  std::string reason;
  bool evidence = true;  // false: no value spoke for or against it
};

struct ColumnContext {
  bool rowid_alias = false;     // INTEGER PRIMARY KEY
  bool default_is_now = false;  // CURRENT_TIMESTAMP and the like, which is UTC
};

ColumnDecision decide_column(const Column& column, const ColumnProfile& profile,
                             const ColumnContext& context);

// Gives the column of a foreign key and that of its parent one type, where they cannot be compared; whether
// anything changed.
bool equalise(ColumnDecision& child, ColumnDecision& parent);

// For a type that the user names, as PostgreSQL prints it.
Conversion conversion_to(std::string_view type);

}  // namespace whimbrel::move
