// What a column's declared type means for a document: one reading of type names for both engines.
#pragma once

#include <cstdint>
#include <string_view>

namespace whimbrel {

enum class Kind : std::uint8_t {
  any,  // no declared type (SQLite): only the values tell
  boolean,
  integer,
  real,     // binary floating point
  numeric,  // decimal of any precision
  text,
  bytes,
  date,
  time,
  timestamp,    // without zone
  timestamptz,  // a point in time, in UTC
  uuid,
  json,       // a JSON document kept as text
  jsonb,      // a JSON document kept in canonical form
  array,      // a PostgreSQL array, `integer[]`
  composite,  // a row type of PostgreSQL
  other,      // anything else: its output text
};

// The kind of a type name as PostgreSQL's format_type() prints it ("timestamp with time zone",
// "numeric(10,2)", "integer[]") or as a SQLite table declares it ("NVARCHAR(160)", "DATETIME", "BOOLEAN",
// ""). Case does not matter. SQLite's DATETIME and TIMESTAMP are Kind::timestamp. A name that no rule knows
// is `other`.
Kind kind_of_type(std::string_view type);

}  // namespace whimbrel
