// Running migrations: each in a savepoint of its own, then recorded. What runs is decided by the plan.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/error.h"
#include "common/host.h"
#include "common/migration/history.h"
#include "common/migration/plan.h"

namespace whimbrel {

struct ApplyOptions {
  PlanOptions plan;
  bool dry_run = false;        // really run it, then roll everything back
  bool stop_on_error = false;  // keep the earlier ones and return the failed row, instead of the error
};

// A row of migrate_apply and migrate_rollback.
struct Outcome {
  std::string version;
  std::string description;
  std::string status;  // applied, would_apply, rolled_back, would_roll_back, failed
  std::int64_t statements = 0;
  std::int64_t rows_affected = 0;
  double duration_ms = 0;
  std::optional<std::string> error;
  std::optional<std::string> detail = std::nullopt;
  bool fact =
      false;  // of a dry run, about the database: only description, detail and, for `rows`, rows_affected
};

// Applies what is pending of the source (as in read_source()), in the caller's transaction; a row for each
// migration that ran. Throws what the checks and the server say; the entry point then undoes everything.
std::vector<Outcome> apply_migrations(Host& host, const Cell& source, const ApplyOptions& options);

// How a migration that fails is undone: by a savepoint of its own, or as a part of one that the caller rolls
// back.
enum class Undo : std::uint8_t { alone, together };

// Runs one migration in a savepoint and puts its record and log entry into the writer, which must be flushed
// while `migration` lives. When it fails, it is undone as `undo` says, the outcome says `failed`, nothing is
// written, and the error is returned. Throws only when the savepoint itself is gone.
std::optional<Error> run_migration(Host& host, const PlannedMigration& migration, std::int64_t seq,
                                   HistoryWriter& writer, Outcome& outcome, Undo undo = Undo::alone);

// Throws kNeedsNoTransaction when its up part says transaction:false or holds a statement that needs none.
void require_transaction(const PlannedMigration& migration);
// Puts the record and the log entry of a migration that ran into the writer.
void write_record(const PlannedMigration& migration, std::int64_t seq, const RunTotals& totals,
                  double duration_ms, HistoryWriter& writer);

// Ends the savepoint, or the part of one, that a migration ran in. When that fails, the error names
// `subject`, and it is still open.
void end_savepoint(Host& host, const std::string& subject, Undo undo = Undo::alone);

}  // namespace whimbrel
