// Migrations that migrate_run has left half way, and who may go on beside them.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "common/host.h"
#include "common/migration/history.h"
#include "common/migration/journal.h"
#include "common/migration/plan.h"

namespace whimbrel {

// Whether the caller goes on with those that are in its plan.
enum class Resumes : std::uint8_t { no, yes };

// The versions that stopped half way, as read_incomplete() has them. Throws kIncomplete for one that would
// stay so, but for one that is not in the plan and has done nothing.
std::map<std::string, Incomplete> refuse_incomplete(Host& host, const History& history,
                                                    const std::vector<PlannedMigration>& plan,
                                                    Resumes resumes);

// For who undoes or records without going on with any: the same of all but the versions `own`.
void refuse_others_incomplete(Host& host, const History& history, std::span<const std::string> own = {});

}  // namespace whimbrel
