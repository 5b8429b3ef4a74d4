// Intervals as people and psql write them: "1 year 2 mons -3 days 04:05:06.789", "90 minutes", "1.5 sec ago".
#pragma once

#include <optional>
#include <string_view>

#include "common/text/interval.h"

namespace whimbrel {

// As PostgreSQL reads it; nothing for what has other units or forms, or a fraction of more than six digits or
// of anything but seconds.
std::optional<IntervalParts> parse_interval_words(std::string_view text);

}  // namespace whimbrel
