// The indexes of a table.
#pragma once

#include <cstddef>

#include "common/move/draft.h"

namespace whimbrel::move {

void write_indexes(Draft& draft, std::size_t t, const NameScope& scope);

}  // namespace whimbrel::move
