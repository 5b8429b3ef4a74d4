// Undoing migrations with the down SQL that the database keeps, so that it works without the files.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/host.h"
#include "common/migration/runner.h"

namespace whimbrel {

// At most one of the first three; none means one step.
struct RollbackOptions {
  std::optional<std::int64_t> steps;   // how many, the latest applied first
  std::optional<std::string> to;       // undo all that was applied after this version, which stays
  std::optional<std::string> version;  // undo this one only
  bool dry_run = false;
};

// All or nothing, in the reverse order of application. Throws kUnknownVersion, kNoDown, and what the server
// says.
std::vector<Outcome> rollback_migrations(Host& host, const RollbackOptions& options);

}  // namespace whimbrel
