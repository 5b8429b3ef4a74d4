// What a PostgreSQL type means for the values that cross the seam: one classification for reading and
// writing. Domains count as their base type. Nothing here reads or writes a value.
#pragma once

#include "common/schema/kind.h"
#include "pg_ext/pg.h"

namespace whimbrel::pg {

enum class ValueKind : std::uint8_t {
  int2,
  int4,
  int8,
  oid,
  boolean,
  float4,
  float8,
  numeric,
  text,  // text, varchar, char(n), citext: a varlena that holds the characters
  name,
  single_char,  // "char"
  bytea,
  date,
  time,
  timestamp,
  timestamptz,
  uuid,
  interval,
  json,
  jsonb,
  enumeration,
  array,
  composite,
  other,  // by the type's own output and input functions
};

struct ValueType {
  Oid declared = InvalidOid;  // as the column has it, maybe a domain
  Oid base = InvalidOid;      // under all domains
  std::int32_t modifier = -1;
  ValueKind kind = ValueKind::other;
  std::int16_t length = -1;
  bool by_value = false;
  char alignment = 'i';
  Oid element = InvalidOid;  // of an array
  char delimiter = ',';      // between the elements of an array's text
};

// Looks into the catalog: call it inside pg_call only.
ValueType describe_type(Oid type, std::int32_t modifier);

// What the core calls a type of this kind; `other` and `numeric`-like ones included.
Kind kind_of(const ValueType& type);

}  // namespace whimbrel::pg
