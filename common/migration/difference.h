// Where a changed migration first differs from what was applied, for people: by tokens, so that a comment is
// never blamed.
#pragma once

#include <string>
#include <string_view>

#include "common/sql/lexer.h"

namespace whimbrel {

// A sentence: `Line 3 is now "…"; when it was applied, it was "…".` `now` is the new text, whose part
// beginning at `offset` stands against `before`. Empty when the tokens are the same.
std::string describe_difference(std::string_view now, std::size_t offset, std::size_t length,
                                std::string_view before, sql::Rules rules);

}  // namespace whimbrel
