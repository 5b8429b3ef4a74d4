// Starting on a database that is older than its migrations: what it has already is recorded without running
// it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/host.h"
#include "common/migration/runner.h"

namespace whimbrel {

struct BaselineOptions {
  std::optional<std::string> source;  // a path, or a JSON array of files; none: the registered migrations
  bool dry_run = false;
  std::optional<std::string> form;  // of the source, as in read_source()
};

// Records every migration of the source up to and with `version`, which the source must have; repeatable ones
// are left to the next apply. Without a source and with nothing registered it records the version alone,
// which then stands for all below it. What is recorded already stays as it is. Throws kInvalidArgument,
// kUnknownVersion, kOutOfOrder (a higher version is applied).
std::vector<Outcome> baseline_migrations(Host& host, const std::string& version,
                                         const BaselineOptions& options);

}  // namespace whimbrel
