// A JSON list as an array of one dimension, without array_in(): for elements that most arrays consist of.
#pragma once

#include <optional>
#include <string_view>

#include "common/json/writer.h"
#include "pg_ext/pg.h"

namespace whimbrel::pg {

// Whether arrays of these elements may be made here; `modifier` is the array's own.
bool has_plain_elements(Oid element, std::int32_t modifier);

// Puts the array's bytes into `out`, which must be empty and is aligned as any value. False for what
// array_in() has to see: nulls, inner lists, bounds, escapes, an empty list, what is no such element, and
// what is no JSON at all.
bool make_array(json::Buffer& out, std::string_view list, Oid element);

}  // namespace whimbrel::pg
