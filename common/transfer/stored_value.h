// What SQLite stores for a value, where its column's affinity makes another one of it. Compared as digests
// compare: 5.0 that becomes 5 is the same number.
#pragma once

#include <string>
#include <string_view>

#include "common/schema/affinity.h"
#include "common/schema/kind.h"
#include "common/value.h"

namespace whimbrel {

// Whether SQLite takes the text for a number: with blanks around it, a sign, or zeros in front too.
bool reads_as_number(std::string_view text);

// For people: `the number 7`, `the text "5"`; empty when the value is kept. `kind`: the column's.
std::string stored_instead(const Cell& cell, Affinity affinity, Kind kind);

}  // namespace whimbrel
