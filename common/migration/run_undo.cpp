#include "common/migration/run_undo.h"

#include <optional>
#include <utility>

#include "common/error.h"
#include "common/migration/incomplete.h"
#include "common/migration/journal.h"
#include "common/migration/steps.h"
#include "common/stopwatch.h"

namespace whimbrel {

namespace {

class Undoer {
 public:
  Undoer(Host& host, const RollbackOptions& options, bool stop_on_error)
      : host_(host), options_(options), stop_on_error_(stop_on_error) {}

  std::vector<Outcome> run() {
    host_.commit_and_begin();  // nothing that is read may be older than the lock
    take_turn(host_);
    host_.ensure_own_tables(OwnTables::migrations);
    History history = History::read(host_);
    const std::vector<StoredMigration> chosen = choose_undone(host_, history, &options_, false);
    std::vector<std::string> versions;
    for (const StoredMigration& one : chosen) versions.push_back(one.applied->version);
    refuse_others_incomplete(host_, history, versions);
    for (const StoredMigration& one : chosen)
      if (!undo(one)) break;
    return std::move(outcomes_);
  }

 private:
  bool undo(const StoredMigration& chosen) {
    take_turn(host_);
    const History history = History::read(host_);
    const AppliedMigration* applied = history.find(chosen.applied->version);
    if (applied == nullptr || applied->seq != chosen.applied->seq) {  // another caller was faster
      host_.commit_and_begin();
      return true;
    }
    const std::vector<StoredMigration> one = {{applied, chosen.texts}};
    check_requirements(host_, history, one);
    const SourceFile file = one.front().file();
    const PlannedMigration planned = plan(one.front(), file);
    if (runs_by_steps(host_, planned) || read_incomplete(host_).contains(applied->version))
      return undo_by_steps(planned);
    return undo_whole(history, one);
  }

  // As a migration that would be applied.
  PlannedMigration plan(const StoredMigration& one, const SourceFile& file) {
    PlannedMigration planned;
    planned.file = &file;
    planned.description = one.applied->description;
    planned.up.push_back(down_script(host_, one));
    const std::string& down = *one.texts.down;
    planned.form.parts.push_back(
        {PartKind::up, down, 0, down.size(), one.texts.down_transaction, file.subject()});
    return planned;
  }

  bool undo_by_steps(const PlannedMigration& planned) {
    Outcome outcome;
    const StepsResult result = run_by_steps(host_, planned, last_log_id(host_), outcome, StepPurpose::undo);
    if (!result.recorded && !result.error) return true;  // another caller has done the rest of it
    return finish(std::move(outcome), result.error);
  }

  bool undo_whole(const History& history, const std::vector<StoredMigration>& one) {
    const AppliedMigration& applied = *one.front().applied;
    const Stopwatch watch;
    std::vector<Outcome> undone;
    try {
      // The record goes with what is recorded.
      in_savepoint(host_, [&] { undo_migrations(host_, history, one, "rollback", false, undone); });
    } catch (const Error& error) {
      if (ends_call(error)) throw;
      HistoryWriter(host_).commit_failure({"rollback", applied.version, applied.description, "failed",
                                           watch.milliseconds(), 0, 0, error.message},
                                          error);
      Outcome failed{applied.version, std::string(applied.description), "failed", 0, 0, watch.milliseconds(),
                     error.message};
      return finish(std::move(failed), error);
    }
    host_.commit_and_begin();
    return finish(std::move(undone.front()), std::nullopt);
  }

  bool finish(Outcome outcome, const std::optional<Error>& error) {
    if (error && !stop_on_error_) throw Error(*error);
    outcomes_.push_back(std::move(outcome));
    return !error;
  }

  Host& host_;
  const RollbackOptions& options_;
  const bool stop_on_error_;
  std::vector<Outcome> outcomes_;
};

}  // namespace

std::vector<Outcome> undo_one_by_one(Host& host, const RollbackOptions& options, bool stop_on_error) {
  check_options(options);
  return Undoer(host, options, stop_on_error).run();
}

}  // namespace whimbrel
