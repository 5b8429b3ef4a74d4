// A table's primary key, its unique and its check constraints.
#pragma once

#include <cstddef>

#include "common/move/draft.h"

namespace whimbrel::move {

void write_keys(Draft& draft, std::size_t t, const NameScope& scope);

}  // namespace whimbrel::move
