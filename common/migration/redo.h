// Undoing migrations and applying them again at once: from the texts that the database keeps, or, while one
// is being written, from its edited file.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/host.h"
#include "common/migration/plan.h"
#include "common/migration/rollback.h"

namespace whimbrel {

struct RedoOptions {
  RollbackOptions undo;               // which; the latest one without any
  std::optional<std::string> source;  // a path, or a JSON array of files; none: the stored texts
  PlanOptions plan;                   // environments and variables of the source
};

// Undoes with the stored down SQL, newest first, then applies the same migrations in the order in which they
// were applied before. From a source, its texts are recorded from then on. All or nothing. Throws what
// rollback_migrations() and apply_migrations() do, and kUnknownVersion for a version that the source lacks.
std::vector<Outcome> redo_migrations(Host& host, const RedoOptions& options);

}  // namespace whimbrel
