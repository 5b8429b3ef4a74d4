// The version of the code and of the formats that it reads.
#pragma once

#include <string_view>

namespace whimbrel {

inline constexpr std::string_view kVersion = "0.1.0";
inline constexpr std::string_view kDocumentVersion = "1.0.0";
inline constexpr std::string_view kVersionText = "0.1.0 (document format 1.0.0)";

}  // namespace whimbrel
