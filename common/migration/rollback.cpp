#include "common/migration/rollback.h"

#include <algorithm>

#include "common/error.h"
#include "common/migration/history.h"
#include "common/migration/script.h"
#include "common/stopwatch.h"

namespace whimbrel {

namespace {

struct Undo {
  const AppliedMigration* migration;
  StoredTexts texts;
};

const AppliedMigration& find_applied_version(const History& history, const std::string& version) {
  if (const AppliedMigration* found = history.find(version)) return *found;
  throw Error(code::kUnknownVersion, "version \"" + version + "\" is not applied", {},
              "migrate_status() lists the applied versions.");
}

// In the order in which they are undone: the reverse of application.
std::vector<const AppliedMigration*> choose(const History& history, const RollbackOptions& options) {
  if (options.version) return {&find_applied_version(history, *options.version)};
  std::size_t count = static_cast<std::size_t>(options.steps.value_or(1));
  if (options.to) {
    const AppliedMigration& last = find_applied_version(history, *options.to);
    count = static_cast<std::size_t>(&history.applied().back() - &last);
  }
  count = std::min(count, history.applied().size());
  std::vector<const AppliedMigration*> chosen;
  for (std::size_t i = 0; i < count; ++i)
    chosen.push_back(&history.applied()[history.applied().size() - 1 - i]);
  return chosen;
}

std::vector<Undo> read_downs(Host& host, const std::vector<const AppliedMigration*>& chosen) {
  std::vector<Undo> undos;
  for (const AppliedMigration* migration : chosen) {
    undos.push_back({migration, read_stored_texts(host, migration->version)});
    if (undos.back().texts.down) continue;
    throw Error(
        code::kNoDown, migration->subject() + " cannot be undone: it has no down part", {},
        "Undo it by a new migration. A migration with a part \"-- migrate:down\" can be undone; a comment "
        "alone in that part says that there is nothing to undo.");
  }
  return undos;
}

std::vector<Outcome> undo_all(Host& host, const RollbackOptions& options) {
  host.lock_migrations();
  host.ensure_own_tables();
  const History history = History::read(host);
  const std::vector<Undo> undos = read_downs(host, choose(history, options));
  std::vector<Script> scripts;
  for (const Undo& undo : undos) {
    const std::string& down = *undo.texts.down;
    scripts.emplace_back(host, Part{PartKind::down, down, 0, down.size(), undo.texts.down_transaction,
                                    "down part of " + undo.migration->subject()});
  }
  std::vector<Outcome> outcomes;
  if (undos.empty()) return outcomes;
  HistoryWriter writer(host);
  for (std::size_t i = 0; i < undos.size(); ++i) {
    const AppliedMigration& migration = *undos[i].migration;
    const Stopwatch watch;
    RunTotals totals;
    host.begin_savepoint();
    try {
      scripts[i].run(host, totals);
    } catch (const Error& error) {
      undo_savepoint(host, error);
      throw;
    }
    host.release_savepoint();
    const double duration_ms = watch.milliseconds();
    writer.erase(migration.version);
    writer.log({"rollback",
                migration.version,
                migration.description,
                "rolled_back",
                duration_ms,
                totals.statements,
                totals.rows_affected,
                {}});
    outcomes.push_back({migration.version, migration.description,
                        options.dry_run ? "would_roll_back" : "rolled_back", totals.statements,
                        totals.rows_affected, duration_ms, std::nullopt});
  }
  writer.flush();
  return outcomes;
}

}  // namespace

std::vector<Outcome> rollback_migrations(Host& host, const RollbackOptions& options) {
  if (int(options.steps.has_value()) + int(options.to.has_value()) + int(options.version.has_value()) > 1) {
    throw Error(code::kInvalidOption,
                "only one of the options \"steps\", \"to\" and \"version\" can be given");
  }
  if (options.steps && *options.steps < 1) {
    throw Error(code::kInvalidOption,
                "option \"steps\" must be at least 1, not " + std::to_string(*options.steps));
  }
  std::vector<Outcome> outcomes;
  run_or_rehearse(host, options.dry_run, [&] { outcomes = undo_all(host, options); });
  return outcomes;
}

}  // namespace whimbrel
