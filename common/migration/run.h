// migrate_run: each pending migration in a transaction of its own, so that the earlier ones stay when a later
// one fails, and those that cannot be one transaction by their statements.
#pragma once

#include <vector>

#include "common/host.h"
#include "common/migration/runner.h"

namespace whimbrel {

// A row for each migration that this call ran. In a call that may end transactions only. Any number of
// callers may be at it at once: each migration is run by one of them. A dry run rolls everything back and
// refuses what cannot run in a transaction.
std::vector<Outcome> run_migrations(Host& host, const Cell& source, const ApplyOptions& options);

}  // namespace whimbrel
