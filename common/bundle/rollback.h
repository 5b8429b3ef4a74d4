// Undoing a recorded run: its rows become what they were, when they are still as it left them.
#pragma once

#include <cstdint>

#include "common/bundle/import.h"
#include "common/host.h"

namespace whimbrel {

// Throws kChangedSince, which names every row that is not as the run left it, and kInvalidArgument for a run
// that was undone before. Secrets of rows that had been deleted do not come back: nobody kept them.
BundleOutcome rollback_run(Host& host, std::int64_t run, bool dry_run);

}  // namespace whimbrel
