// The columns of the tables: their types, and what is written for each.
#pragma once

#include <cstddef>
#include <string>

#include "common/move/draft.h"

namespace whimbrel::move {

// By what is declared and what was found.
void decide_columns(Draft& draft);
// A child has the type of its parent's key.
void equalise_references(Draft& draft);
// Its part of CREATE TABLE; a default becomes a statement of its own, a generated column's expression is kept
// beside.
std::string write_column(Draft& draft, std::size_t t, std::size_t c, const NameScope& scope);

}  // namespace whimbrel::move
