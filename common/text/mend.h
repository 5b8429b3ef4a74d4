// Text that a database cannot hold, made into text that it can.
#pragma once

#include <string>
#include <string_view>

namespace whimbrel {

// The text with `instead` for each NUL and for each byte that belongs to no valid UTF-8 sequence.
std::string mend_text(std::string_view text, std::string_view instead);

}  // namespace whimbrel
