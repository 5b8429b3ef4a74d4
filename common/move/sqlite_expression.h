// Expressions, defaults and their like of PostgreSQL as SQLite writes them, where they mean the same there.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/schema/model.h"

namespace whimbrel::move {

// Names of the table's columns, and operators and functions that mean the same in both, casts left out;
// nothing when there is anything else. `value`: the column that VALUE is, in a check of its domain.
std::optional<std::string> sqlite_expression(std::string_view text, const Table& table,
                                             const Column* value = nullptr);

// The text of a column's default; empty: there is none that says the same.
std::string sqlite_default(std::string_view text, const Column& column);

// The sequence that a default draws from, as regclass reads it: "nextval('a.b'::regclass)" has a.b. Empty: it
// is another default.
std::string sequence_of_default(std::string_view text);

}  // namespace whimbrel::move
