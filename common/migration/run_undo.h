// Undoing with a commit behind each migration: what migrate_run does with the option `undo`. Down parts may
// hold what needs no transaction; these run statement by statement, journalled, and are gone on with where
// they stopped.
#pragma once

#include <vector>

#include "common/migration/rollback.h"
#include "common/migration/runner.h"

namespace whimbrel {

// Chooses as rollback_migrations() does, once, at the beginning. Throws what that throws, but for
// kNeedsNoTransaction, and kIncomplete; what was undone before stays. With `stop_on_error` a statement that
// fails is a row.
std::vector<Outcome> undo_one_by_one(Host& host, const RollbackOptions& options, bool stop_on_error);

}  // namespace whimbrel
