// The table id_origins: which row here came from which row elsewhere. Read and written key by key.
#pragma once

#include <span>
#include <string>

#include "common/host.h"

namespace whimbrel {

// The key of the row of `table` that came from `from`, a key of its source, in memory of `arena`; false when
// none is known. The row itself may be gone.
bool find_origin(Host& host, const std::string& origin, const Table& table, std::span<const Cell> from,
                 Cell* found, Arena& arena);
void keep_origin(Host& host, const std::string& origin, const Table& table, std::span<const Cell> from,
                 std::span<const Cell> local);

}  // namespace whimbrel
