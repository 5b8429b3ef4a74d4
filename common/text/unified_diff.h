// The difference of two texts as people read it: line by line, in the unified format of diff -u.
#pragma once

#include <string>
#include <string_view>

namespace whimbrel {

// Hunks with three lines of context under the two names; empty when the lines are the same (CRLF and LF are).
// Where more than some thousand lines differ, the whole stretch is one change.
std::string unified_diff(std::string_view before, std::string_view after, std::string_view before_name,
                         std::string_view after_name);

}  // namespace whimbrel
