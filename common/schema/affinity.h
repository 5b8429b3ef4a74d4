// What a column of SQLite makes of values of other storage classes than its own
// (https://sqlite.org/datatype3.html, section 3).
#pragma once

#include <cstdint>
#include <string_view>

namespace whimbrel {

enum class Affinity : std::uint8_t {
  none,     // keeps every value; SQLite calls it BLOB
  text,     // numbers become text
  integer,  // text that is a number becomes one, a real that is an integer becomes that
  real,     // the same, and integers become reals
  numeric,  // stores as `integer` does
};

// By the declared type, of a table that is not STRICT.
Affinity affinity_of(std::string_view declared_type);

}  // namespace whimbrel
