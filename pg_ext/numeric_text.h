// numeric as decimal text and back, from its form on disk (utils/adt/numeric.c, unchanged since
// PostgreSQL 9.1: pg_upgrade depends on it) and from the form of its binary protocol. Exact in both
// directions.
#pragma once

#include <cstddef>
#include <string_view>

#include "common/json/writer.h"
#include "pg_ext/pg.h"

namespace whimbrel::pg {

// `data`, `size`: a detoasted value without its length word. The bytes that write_numeric() may write for it.
std::size_t max_numeric_text(const char* data, std::size_t size);
// Writes what numeric_out() gives; returns the end.
// "NaN", "Infinity" and "-Infinity" stand for the special values.
char* write_numeric(char* at, const char* data, std::size_t size);

// Appends the binary protocol's form (without its length) of a number in JSON's grammar, or NaN, Infinity,
// -Infinity. False when the text is something else, or has more digits than the protocol can hold.
bool encode_numeric(json::Buffer& out, std::string_view text);

}  // namespace whimbrel::pg
