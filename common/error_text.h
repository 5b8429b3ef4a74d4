// Words that many error messages share.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace whimbrel {

// A name or value as messages show it: "name". For people; quote_identifier is what SQL reads.
inline std::string in_quotes(std::string_view name) { return "\"" + std::string(name) + "\""; }

// At most `most` bytes of a text, on one line: whole characters, line ends and tabs as blanks, … behind what
// is left out.
std::string excerpt(std::string_view text, std::size_t most = 40);

}  // namespace whimbrel
