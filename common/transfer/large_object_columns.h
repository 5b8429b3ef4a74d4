// Large objects, which no document has: columns hold their numbers only.
#pragma once

#include "common/transfer/export_plan.h"

namespace whimbrel {

// One warning that names the columns, where the database has large objects that the export would be expected
// to take along: for their columns, or since it takes everything.
void tell_large_objects(Host& host, const ExportPlan& plan, const ExportOptions& options);

}  // namespace whimbrel
