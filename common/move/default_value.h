// Defaults of SQLite's columns as PostgreSQL writes them.
#pragma once

#include <string>
#include <string_view>

#include "common/move/expression.h"

namespace whimbrel::move {

struct TranslatedDefault : Translated {
  bool certain = false;  // a literal, or a time of now, of the column's type
  std::string doubt;     // why PostgreSQL may refuse the literal for the type; empty: it takes it
};

// For a column of this type. Without SQL, and without a problem: none is needed (NULL).
TranslatedDefault translate_default(std::string_view text, const std::string& type, const NameScope& scope);

// Whether a default is the time at which a row is made.
bool is_now(std::string_view text);

}  // namespace whimbrel::move
