// Rows of a prepared query in batches: a portal of SPI, read through a DestReceiver of our own, so that no
// tuple is copied on the way.
#pragma once

#include <memory>

#include "common/host.h"
#include "pg_ext/pg.h"

namespace whimbrel::pg {

// SPI must be connected, and stay so while the reader lives. `parameters` may be nullptr; it is copied.
// `pinned`: the query itself makes texts of values, which must not depend on settings.
std::unique_ptr<TableReader> open_query(SPIPlanPtr plan, ParamListInfo parameters, bool read_only,
                                        bool pinned = false);

}  // namespace whimbrel::pg
