// What stands beside the tables: views are translated, the rest is told as lost.
#pragma once

#include "common/move/draft.h"

namespace whimbrel::move {

void write_others(Draft& draft);

}  // namespace whimbrel::move
