// Running the pending migrations for a validation: up, and at the roundtrip level down again, with the
// catalog compared. Everything is rolled back.
#pragma once

#include <vector>

#include "common/host.h"
#include "common/migration/plan.h"
#include "common/migration/validate.h"

namespace whimbrel {

// What failed, and with `roundtrip` what a down part leaves other than it was before its up part: objects and
// their definitions, not rows. Ends at the first up part that fails, since the next ones stand on it.
std::vector<Finding> run_pending(Host& host, const Cell& source, const PlanOptions& options, bool roundtrip);

}  // namespace whimbrel
