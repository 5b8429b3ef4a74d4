// How many rows a plan would meet.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "common/host.h"

namespace whimbrel {

// What a query that counts gives; nothing where it cannot run.
std::optional<std::int64_t> counted_rows(Host& host, const std::string& sql);

}  // namespace whimbrel
