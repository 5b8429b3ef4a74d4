// Running one migration statement by statement, each with a journal entry, for migrations that cannot be one
// transaction. Statements that the engine refuses inside a transaction run outside of any; the others in a
// transaction of their own, or of their group where the migration is not marked transaction:false.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "common/error.h"
#include "common/host.h"
#include "common/migration/plan.h"
#include "common/migration/runner.h"

namespace whimbrel {

// Waits until it is this caller's turn: takes the lock, and lets go of it as long as somebody's statement
// runs outside of a transaction. Only at the beginning of a transaction.
void take_turn(Host& host);

// Whether the migration has to run by statements: it is marked so, or holds a statement that needs no
// transaction, or one that uses an enum value which another has just added.
bool runs_by_steps(const Host& host, const PlannedMigration& migration);

enum class StepPurpose : std::uint8_t {
  apply,
  undo,  // PlannedMigration::up holds what undoes it
};

struct StepsResult {
  bool recorded = false;  // by this call (an undone one: taken out of the history); false without an error:
                          // by another caller
  std::optional<Error> error;  // of a statement or a verify query; everything before it stays
  bool others_wrote = false;   // somebody else changed the history in the meantime
};

// Goes on where the journal says, and records the migration at the end. Called with the turn taken and
// nothing written; `last_log_id` is the highest one of then. Returns with everything committed and the turn
// given up. Throws what ends the whole call (cancel), and kIncomplete when a statement that is done reads
// differently now.
StepsResult run_by_steps(Host& host, const PlannedMigration& migration, std::int64_t last_log_id,
                         Outcome& outcome, StepPurpose purpose = StepPurpose::apply);

}  // namespace whimbrel
