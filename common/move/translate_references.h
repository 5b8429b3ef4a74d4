// The foreign keys of a table.
#pragma once

#include <cstddef>

#include "common/move/draft.h"

namespace whimbrel::move {

void write_references(Draft& draft, std::size_t t);

}  // namespace whimbrel::move
