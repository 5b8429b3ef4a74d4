// The same table, however its name is spelled.
#pragma once

#include <string>
#include <string_view>

namespace whimbrel {

// Equal for all spellings of a table's identity.
std::string table_key(std::string_view identity);

}  // namespace whimbrel
