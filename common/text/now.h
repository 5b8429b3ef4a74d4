// The time of day, as documents say it.
#pragma once

#include <string>

namespace whimbrel {

// ISO 8601 in UTC, to the second: 2026-11-20T18:00:00Z.
std::string now_text();

}  // namespace whimbrel
