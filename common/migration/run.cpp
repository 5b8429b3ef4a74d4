#include "common/migration/run.h"

#include <algorithm>
#include <cstdio>
#include <optional>
#include <utility>

#include "common/migration/incomplete.h"
#include "common/migration/repeatable.h"
#include "common/migration/source.h"
#include "common/migration/steps.h"

namespace whimbrel {

namespace {

class Runner {
 public:
  Runner(Host& host, const Source& source, const ApplyOptions& options)
      : host_(host), source_(source), options_(options) {}

  std::vector<Outcome> run() {
    host_.commit_and_begin();  // nothing that is read may be older than the lock
    do {
      take_turn(host_);
      host_.ensure_own_tables(OwnTables::migrations);
      replan_ = false;
      run_plan();
    } while (replan_);
    return std::move(outcomes_);
  }

 private:
  void run_plan() {
    PlanOptions options = options_.plan;
    if (options.steps && *options.steps > 0) {
      *options.steps -= static_cast<std::int64_t>(outcomes_.size());
      if (*options.steps <= 0) return;
    }
    const History history = History::read(host_, source_.files.size());
    const std::vector<PlannedMigration> plan = make_plan(host_, source_, history, options);
    if (plan.empty()) return;
    open_ = refuse_incomplete(host_, history, plan, Resumes::yes);
    log_id_ = last_log_id(host_);
    seq_ = history.last_seq();
    writer_.emplace(host_);
    my_turn_ = true;
    const auto repeatable = begin_of_repeatable(plan);
    for (auto one = plan.begin(); one != repeatable; ++one)
      if (run_one(*one, false) != Attempt::done) return;
    run_repeatable({repeatable, plan.end()},
                   [this](const PlannedMigration& one, bool may_wait) { return run_one(one, may_wait); });
  }

  // Takes the turn again after a commit. False when others have changed the history: then the plan is void.
  bool take_turn_again() {
    if (my_turn_) return true;
    take_turn(host_);
    my_turn_ = true;
    replan_ = last_log_id(host_) != log_id_;
    return !replan_;
  }

  Attempt run_one(const PlannedMigration& migration, bool may_wait) {
    if (!take_turn_again()) return Attempt::stopped;
    if (runs_by_steps(host_, migration) || open_.contains(migration.file->version))
      return run_steps(migration);
    Outcome outcome;
    const std::optional<Error> error = run_migration(host_, migration, seq_ + 1, *writer_, outcome);
    if (error && may_wait && may_pass_later(*error)) return Attempt::later;
    if (error && ends_call(*error)) throw Error(*error);
    if (error) {
      writer_->commit_failure({"apply", outcome.version, outcome.description, "failed", outcome.duration_ms,
                               outcome.statements, 0, error->message},
                              *error);
    } else {
      writer_->flush();
      host_.commit_and_begin();
    }
    my_turn_ = false;
    log_id_ = writer_->last_log_id();
    return finish(migration, std::move(outcome), error);
  }

  Attempt run_steps(const PlannedMigration& migration) {
    Outcome outcome;
    const StepsResult result = run_by_steps(host_, migration, log_id_, outcome);
    my_turn_ = false;
    if (!result.recorded && !result.error) {  // another caller has done the rest of it
      replan_ = true;
      return Attempt::stopped;
    }
    const Attempt attempt = finish(migration, std::move(outcome), result.error);
    if (attempt == Attempt::stopped) return attempt;
    replan_ = result.others_wrote;
    if (replan_) return Attempt::stopped;
    ++log_id_;  // its own entry
    writer_.emplace(host_);
    return attempt;
  }

  Attempt finish(const PlannedMigration& migration, Outcome outcome, const std::optional<Error>& error) {
    if (error && !options_.stop_on_error) throw Error(*error);
    outcomes_.push_back(std::move(outcome));
    if (error) return Attempt::stopped;
    ++seq_;
    char duration[32];
    std::snprintf(duration, sizeof(duration), "%.1f", outcomes_.back().duration_ms);
    host_.notice(NoticeLevel::notice, migration.file->subject() + " applied in " + duration + " ms");
    return Attempt::done;
  }

  Host& host_;
  const Source& source_;
  const ApplyOptions& options_;
  std::map<std::string, Incomplete> open_;  // versions that stopped half way
  std::int64_t log_id_ = 0;                 // the last entry that this plan knows of
  std::int64_t seq_ = 0;
  std::optional<HistoryWriter> writer_;
  bool my_turn_ = false;
  bool replan_ = false;
  std::vector<Outcome> outcomes_;
};

}  // namespace

std::vector<Outcome> run_migrations(Host& host, const Cell& source_argument, const ApplyOptions& options) {
  if (options.dry_run) return apply_migrations(host, source_argument, options);
  const Source source = read_source(host, source_argument, options.plan.form);
  return Runner(host, source, options).run();
}

}  // namespace whimbrel
