// The same table, however its name is spelled, and what can be asked about its rows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/host.h"

namespace whimbrel {

// Equal for all spellings of a table's identity.
std::string table_key(std::string_view identity);

// What a query that counts gives; nothing where it cannot run.
std::optional<std::int64_t> counted_rows(Host& host, const std::string& sql);

}  // namespace whimbrel
