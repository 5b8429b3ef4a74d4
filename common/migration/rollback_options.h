// How the options that say what is undone are read.
#pragma once

#include "common/migration/rollback.h"
#include "common/options.h"

namespace whimbrel {

inline RollbackOptions read_rollback_options(const Options& given) {
  RollbackOptions options;
  options.steps = given.integer("steps");
  options.to = given.text("to");
  options.version = given.text("version");
  options.dry_run = given.flag("dry_run", false);
  return options;
}

}  // namespace whimbrel
