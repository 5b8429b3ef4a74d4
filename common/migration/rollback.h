// Undoing migrations with the down SQL that the database keeps, so that it works without the files.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/host.h"
#include "common/migration/history.h"
#include "common/migration/runner.h"
#include "common/migration/source.h"

namespace whimbrel {

// At most one of the first three; none means one step. Repeatable migrations without a down part are passed
// over and stay, unless `version` names one.
struct RollbackOptions {
  std::optional<std::int64_t> steps;   // how many, the latest applied first
  std::optional<std::string> to;       // undo all that was applied after this version, which stays
  std::optional<std::string> version;  // undo this one only
  bool dry_run = false;
};

// All or nothing, in the reverse order of application. Throws kUnknownVersion, kNoDown, kNeedsNoTransaction,
// kRequirement (one that stays requires one that goes), and what the server says.
std::vector<Outcome> rollback_migrations(Host& host, const RollbackOptions& options);

// --- What redo and reset share with it. The caller holds the lock.

// An applied migration and the texts that are stored of it.
struct StoredMigration {
  const AppliedMigration* applied;
  StoredTexts texts;

  // What its file was, without the text.
  SourceFile file() const;
};

// kInvalidOption for several of steps, to and version, or steps below 1.
void check_options(const RollbackOptions& options);

// What the options mean, in the order in which it is undone; everything where `options` is null. Each has a
// down part; one that needs no transaction is refused where there is one.
std::vector<StoredMigration> choose_undone(Host& host, const History& history, const RollbackOptions* options,
                                           bool in_transaction = true);

// The down part, which must live on in `one`.
Script down_script(Host& host, const StoredMigration& one);

// Throws kRequirement where one that stays requires one that goes.
void check_requirements(Host& host, const History& history, const std::vector<StoredMigration>& chosen);

// Undoes them; `action` is the log's. Outcomes are added as they come.
void undo_migrations(Host& host, const History& history, const std::vector<StoredMigration>& chosen,
                     std::string_view action, bool dry_run, std::vector<Outcome>& outcomes);

}  // namespace whimbrel
