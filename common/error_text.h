// Words that many error messages share.
#pragma once

#include <string>
#include <string_view>

namespace whimbrel {

// A name or value as messages show it: "name". For people; quote_identifier is what SQL reads.
inline std::string in_quotes(std::string_view name) { return "\"" + std::string(name) + "\""; }

}  // namespace whimbrel
