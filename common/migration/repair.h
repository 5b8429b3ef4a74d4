// Bringing the history in line with what people know better: a changed file is accepted, a migration that
// stopped half way is given up, a row is forgotten. Runs no migration; every step is in the log.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/host.h"

namespace whimbrel {

struct RepairOptions {
  std::optional<std::string> source;  // a path, or a JSON array of files; none: the registered migrations
  bool forget = false;                // take the version out of the history
  bool dry_run = false;
  std::optional<std::string> form;  // of the source, as in read_source()
};

struct Repair {
  std::string version;
  std::string action;  // accepted, removed (an incomplete one), forgotten; would_accept, would_remove, …
  std::string detail;  // what is different now: line by line, in the unified format
};

// One version, or all that need it. Of all, changed repeatable ones are left alone: they will be applied.
// Throws kUnknownVersion, kInvalidOption.
std::vector<Repair> repair_migrations(Host& host, const std::optional<std::string>& version,
                                      const RepairOptions& options);

}  // namespace whimbrel
