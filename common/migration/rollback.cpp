#include "common/migration/rollback.h"

#include <algorithm>
#include <limits>
#include <unordered_set>
#include <utility>

#include "common/error.h"
#include "common/migration/call_text.h"
#include "common/migration/incomplete.h"
#include "common/migration/rehearsal.h"
#include "common/migration/script.h"
#include "common/migration/too_many_locks.h"
#include "common/stopwatch.h"
#include "common/undo.h"

namespace whimbrel {

namespace {

const AppliedMigration& find_applied_version(const History& history, const std::string& version) {
  if (const AppliedMigration* found = history.find(version)) return *found;
  throw Error(code::kUnknownVersion, "version \"" + version + "\" is not applied", {},
              "migrate_status() lists the applied versions.");
}

// How many at most, and after which one it ends.
struct Range {
  std::size_t count = std::numeric_limits<std::size_t>::max();
  const AppliedMigration* stays = nullptr;
};

Range range_of(const History& history, const RollbackOptions* options) {
  Range range;
  if (options == nullptr) return range;
  if (options->to) {
    range.stays = &find_applied_version(history, *options->to);
  } else {
    range.count = static_cast<std::size_t>(options->steps.value_or(1));
  }
  return range;
}

void require_down(const StoredMigration& one) {
  if (one.texts.down) return;
  throw Error(
      code::kNoDown, one.applied->subject() + " cannot be undone: it has no down part", {},
      "Undo it by a new migration. A migration with a part \"-- migrate:down\" can be undone; a comment "
      "alone in that part says that there is nothing to undo.");
}

void require_transaction(Host& host, const StoredMigration& one) {
  const auto fail = [&one](const std::string& message) {
    throw Error(
        code::kNeedsNoTransaction, message,
        "All that this function does happens in the caller's transaction.",
        "migrate_run(NULL, '{\"undo\": true}') undoes the last one, each of its statements by itself; "
        "with \"version\": \"" +
            one.applied->version + "\" this one.");
  };
  if (!one.texts.down_transaction)
    fail(one.applied->subject() + " cannot be undone in a transaction: its down part says transaction:false");
  const Script script = down_script(host, one);
  for (std::size_t i = 0; i < script.size(); ++i)
    if (script.needs_no_transaction(i))
      fail(script.place_of(i) + ": this statement cannot run in a transaction");
}

}  // namespace

SourceFile StoredMigration::file() const {
  SourceFile file;
  file.name = applied->file;
  file.version = applied->version;
  file.description = applied->description;
  file.checksum = applied->checksum;
  return file;
}

void check_options(const RollbackOptions& options) {
  if (int(options.steps.has_value()) + int(options.to.has_value()) + int(options.version.has_value()) > 1) {
    throw Error(code::kInvalidOption,
                "only one of the options \"steps\", \"to\" and \"version\" can be given");
  }
  if (options.steps && *options.steps < 1) {
    throw Error(code::kInvalidOption,
                "option \"steps\" must be at least 1, not " + std::to_string(*options.steps));
  }
}

void check_requirements(Host& host, const History& history, const std::vector<StoredMigration>& chosen) {
  const auto requirements = read_requirements(host);
  if (requirements.empty()) return;
  std::unordered_set<const AppliedMigration*> goes;
  for (const StoredMigration& one : chosen) goes.insert(one.applied);
  for (const AppliedMigration& other : history.applied()) {
    const auto required = requirements.find(other.version);
    if (required == requirements.end() || goes.contains(&other)) continue;
    for (const StoredMigration& one : chosen) {
      const AppliedMigration& applied = *one.applied;
      if (std::none_of(required->second.begin(), required->second.end(), [&](const std::string& wanted) {
            return is_named(applied.version, applied.file, wanted);
          })) {
        continue;
      }
      throw Error(code::kRequirement,
                  applied.subject() + " cannot be undone: " + other.subject() + " requires it", {},
                  "Undo that one first, or together with it (option \"to\" or \"steps\").");
    }
  }
}

Script down_script(Host& host, const StoredMigration& one) {
  const std::string& down = *one.texts.down;
  return Script(host, Part{.kind = PartKind::down,
                           .text = down,
                           .length = down.size(),
                           .transaction = one.texts.down_transaction,
                           .subject = "down part of " + one.applied->subject() + " (" +
                                      call_about(host, "migrate_sql", one.applied->version, "down") + ")",
                           .own_transactions = true});
}

std::vector<StoredMigration> choose_undone(Host& host, const History& history, const RollbackOptions* options,
                                           bool in_transaction) {
  std::vector<StoredMigration> chosen;
  const auto choose = [&](const AppliedMigration& one, bool may_stay) {
    StoredMigration stored{&one, read_stored_texts(host, one.version)};
    if (may_stay && one.repeatable && !stored.texts.down) return;
    require_down(stored);
    if (in_transaction) require_transaction(host, stored);
    chosen.push_back(std::move(stored));
  };
  if (options != nullptr && options->version) {
    choose(find_applied_version(history, *options->version), false);
    return chosen;
  }
  const Range range = range_of(history, options);
  const std::vector<AppliedMigration>& applied = history.applied();
  for (auto one = applied.rbegin();
       one != applied.rend() && &*one != range.stays && chosen.size() < range.count; ++one)
    choose(*one, true);
  return chosen;
}

void undo_migrations(Host& host, const History& history, const std::vector<StoredMigration>& chosen,
                     std::string_view action, bool dry_run, std::vector<Outcome>& outcomes) {
  if (chosen.empty()) return;
  check_requirements(host, history, chosen);
  std::vector<Script> scripts;
  for (const StoredMigration& one : chosen) scripts.push_back(down_script(host, one));
  HistoryWriter writer(host);
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    const AppliedMigration& migration = *chosen[i].applied;
    const Stopwatch watch;
    RunTotals totals;
    host.begin_savepoint();
    try {
      scripts[i].run(host, totals);
      end_savepoint(host, "down part of " + migration.subject());
    } catch (Error& error) {
      undo_savepoint(host, error);
      explain_too_many_locks(error, OneTransaction::undoes, i);
      throw;
    }
    const double duration_ms = watch.milliseconds();
    writer.erase(migration.version);
    writer.log({action,
                migration.version,
                migration.description,
                "rolled_back",
                duration_ms,
                totals.statements,
                totals.rows_affected,
                {}});
    outcomes.push_back({migration.version, std::string(migration.description),
                        dry_run ? "would_roll_back" : "rolled_back", totals.statements, totals.rows_affected,
                        duration_ms, std::nullopt, std::nullopt});
  }
  writer.flush();
}

std::vector<Outcome> rollback_migrations(Host& host, const RollbackOptions& options) {
  check_options(options);
  std::vector<Outcome> outcomes;
  run_or_rehearse(host, options.dry_run, outcomes, [&] {
    host.lock_migrations();
    host.ensure_own_tables(OwnTables::migrations);
    const History history = History::read(host);
    refuse_others_incomplete(host, history);
    undo_migrations(host, history, choose_undone(host, history, &options), "rollback", options.dry_run,
                    outcomes);
  });
  return outcomes;
}

}  // namespace whimbrel
