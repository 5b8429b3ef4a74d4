#include "common/migration/runner.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "common/migration/incomplete.h"
#include "common/migration/rehearsal.h"
#include "common/migration/repeatable.h"
#include "common/migration/source.h"
#include "common/migration/too_many_locks.h"
#include "common/stopwatch.h"
#include "common/undo.h"

namespace whimbrel {

namespace {

// Whether it has to find there what came before it.
bool looks_at(const HistoryWriter& writer, const PlannedMigration& migration) {
  const auto looks = [&writer](const Script& script) {
    return script.looks_at_history() || (writer.tables_wait() && script.may_see_own_tables());
  };
  return std::any_of(migration.up.begin(), migration.up.end(), looks) ||
         std::any_of(migration.verify.begin(), migration.verify.end(), looks);
}

// Migrations that run as parts of one savepoint. The limit is what is run again when one of them has to wait.
constexpr std::ptrdiff_t kFewestTogether = 8;
constexpr std::ptrdiff_t kMostTogether = 200;

using Plan = std::vector<PlannedMigration>;

bool leaves_no_trace(const PlannedMigration& migration) {
  const auto none = [](const Script& script) { return script.leaves_no_trace(); };
  return std::all_of(migration.up.begin(), migration.up.end(), none) &&
         std::all_of(migration.verify.begin(), migration.verify.end(), none);
}

class Applier {
 public:
  Applier(Host& host, SourceReading& reading, const ApplyOptions& options)
      : host_(host), reading_(reading), options_(options) {}

  std::vector<Outcome> run() {
    host_.lock_migrations();
    const History history = History::read(host_, reading_.expected());
    const Source source = reading_.finish();
    tables_wait_ = host_.own_tables_may_wait();
    if (!tables_wait_) host_.ensure_own_tables(OwnTables::migrations);
    const std::vector<PlannedMigration> plan = make_plan(host_, source, history, options_.plan);
    if (plan.empty()) {
      if (tables_wait_) host_.ensure_own_tables(OwnTables::migrations);
      return {};
    }
    refuse_incomplete(host_, history, plan, Resumes::no);
    for (const PlannedMigration& one : plan) require_transaction(one);
    seq_ = history.last_seq();
    if (options_.dry_run)
      run(plan);
    else
      run_whole(host_, [&] { run(plan); });
    return std::move(outcomes_);
  }

 private:
  void run(const std::vector<PlannedMigration>& plan) {
    HistoryWriter writer(host_, tables_wait_, plan.size());
    outcomes_.reserve(plan.size());
    const auto repeatable = begin_of_repeatable(plan);
    bool goes_on = true;
    for (auto one = plan.begin(); one != repeatable && goes_on;) {
      const auto end = end_of_together(one, repeatable, writer);
      if (end - one >= kFewestTogether) {
        apply_together({one, end}, writer);
        one = end;
      } else {
        goes_on = apply(*one++, writer, false) == Attempt::done;
      }
    }
    if (goes_on) {
      run_repeatable({repeatable, plan.end()}, [&](const PlannedMigration& one, bool may_wait) {
        return apply(one, writer, may_wait);
      });
    }
    writer.flush();
  }

  // Of those that can be undone and run again together, beginning with `one`.
  Plan::const_iterator end_of_together(Plan::const_iterator one, Plan::const_iterator end,
                                       const HistoryWriter& writer) const {
    if (options_.stop_on_error) return one;  // what came before the failed one has to stay
    return std::find_if_not(one, one + std::min(end - one, kMostTogether),
                            [&writer](const PlannedMigration& migration) {
                              return leaves_no_trace(migration) && !looks_at(writer, migration);
                            });
  }

  // As one by one, but for the savepoints. One that has to wait for a lock can be undone with all of them
  // only: then they run again one by one, and draw the same numbers from sequences.
  void apply_together(std::span<const PlannedMigration> migrations, HistoryWriter& writer) {
    const std::size_t outcomes = outcomes_.size();
    const std::int64_t seq = seq_;
    const HistoryWriter::Mark mark = writer.mark();
    const std::unique_ptr<SequenceKeeper> sequences = host_.keep_sequences();
    host_.begin_savepoint();
    try {
      for (const PlannedMigration& migration : migrations) apply(migration, writer, false, Undo::together);
      host_.release_savepoint();
      return;
    } catch (const Error& error) {
      undo_savepoint(host_, error);
      if (error.code != code::kLockNotAvailable) throw;
    }
    if (sequences) sequences->put_back();
    outcomes_.resize(outcomes);
    seq_ = seq;
    writer.forget_after(mark);
    for (const PlannedMigration& migration : migrations) apply(migration, writer, false);
  }

  Attempt apply(const PlannedMigration& migration, HistoryWriter& writer, bool may_wait,
                Undo undo = Undo::alone) {
    Outcome outcome;
    const bool stays =
        options_.stop_on_error && !options_.dry_run;  // what came before does, if this one fails
    const std::unique_ptr<SequenceKeeper> sequences = stays ? host_.keep_sequences() : nullptr;
    std::optional<Error> error = run_migration(host_, migration, seq_ + 1, writer, outcome, undo);
    if (error)
      explain_too_many_locks(*error, options_.dry_run ? OneTransaction::tries : OneTransaction::applies,
                             outcomes_.size());
    if (error && sequences) put_back(*sequences);
    if (error && may_wait && may_pass_later(*error)) return Attempt::later;
    if (error && (!options_.stop_on_error || ends_call(*error))) throw Error(*error);
    if (options_.dry_run && !error) outcome.status = "would_apply";
    outcomes_.push_back(std::move(outcome));
    if (!error) {
      ++seq_;
      return Attempt::done;
    }
    const Outcome& failed = outcomes_.back();
    writer.log({"apply", failed.version, failed.description, "failed", failed.duration_ms, failed.statements,
                0, error->message});
    writer.flush();  // while the error's text lives
    return Attempt::stopped;
  }

  Host& host_;
  SourceReading& reading_;
  const ApplyOptions& options_;
  bool tables_wait_ = false;
  std::int64_t seq_ = 0;
  std::vector<Outcome> outcomes_;
};

}  // namespace

void require_transaction(const PlannedMigration& migration) {
  constexpr std::string_view kDetail = "All that this function does happens in the caller's transaction.";
  constexpr std::string_view kHint =
      "Run it with migrate_run (and not as a dry run), which runs each of its statements by itself.";
  // A statement says more than a marker, and the forms of some tools have none.
  for (const Script& script : migration.up) {
    for (std::size_t i = 0; i < script.size(); ++i) {
      if (script.needs_no_transaction(i))
        throw Error(code::kNeedsNoTransaction,
                    script.place_of(i) + ": this statement cannot run in a transaction", std::string(kDetail),
                    std::string(kHint));
    }
  }
  if (!migration.in_transaction())
    throw Error(code::kNeedsNoTransaction,
                migration.file->subject() + " cannot run in a transaction: it says transaction:false",
                std::string(kDetail), std::string(kHint));
}

// An undefined table, column, function, object or schema; dependent objects. SQLite has one code for all of
// them.
bool may_pass_later(const Error& error) {
  constexpr std::array<std::string_view, 7> kCodes = {"42P01", "42703", "42883", "42704",
                                                      "3F000", "2BP01", "S0001"};
  return std::find(kCodes.begin(), kCodes.end(), error.code) != kCodes.end();
}

void end_savepoint(Host& host, const std::string& subject, Undo undo) {
  try {
    host.end_like_transaction();
    undo == Undo::alone ? host.release_savepoint() : host.end_part();
  } catch (Error& error) {
    error.message = subject + ": " + error.message;
    throw;
  }
}

std::optional<Error> run_migration(Host& host, const PlannedMigration& migration, std::int64_t seq,
                                   HistoryWriter& writer, Outcome& outcome, Undo undo) {
  const SourceFile& file = *migration.file;
  const Stopwatch watch;
  RunTotals totals;
  bool recorded_itself = false;
  const auto fill = [&](std::string_view status) {
    outcome = {file.version,         migration.description, std::string(status), totals.statements,
               totals.rows_affected, watch.milliseconds(),  std::nullopt,        std::nullopt};
  };
  if (looks_at(writer, migration)) writer.flush();
  undo == Undo::alone ? host.begin_savepoint() : host.begin_part();
  try {
    for (const Script& script : migration.up) {
      script.run(host, totals);
      recorded_itself = recorded_itself || script.records_itself();
    }
    for (const Script& script : migration.verify) script.verify(host);
    // Before it is recorded: a role or a search_path that the migration set ends with the savepoint.
    end_savepoint(host, file.subject(), undo);
  } catch (const Error& error) {
    if (undo == Undo::alone) undo_savepoint(host, error);
    totals.rows_affected = 0;
    fill("failed");
    outcome.error = error.message;
    return error;
  }
  if (recorded_itself)
    writer.remove_aliases(file.version,
                          file.name.empty() ? file.version : file.name.substr(0, file.name.rfind('.')));
  fill("applied");
  write_record(migration, seq, totals, outcome.duration_ms, writer);
  return std::nullopt;
}

void write_record(const PlannedMigration& migration, std::int64_t seq, const RunTotals& totals,
                  double duration_ms, HistoryWriter& writer) {
  const SourceFile& file = *migration.file;
  Record record;
  record.version = file.version;
  record.description = migration.description;
  record.file = file.name;
  record.checksum = file.checksum;
  record.token_checksum = migration.form.token_checksum;
  record.up_sql = migration.texts.up;
  record.down_sql = migration.texts.down;
  record.verify_sql = migration.texts.verify;
  record.verify_by_running = migration.texts.verify_by_running;
  record.up_transaction = migration.form.in_transaction(PartKind::up);
  record.down_transaction = migration.form.in_transaction(PartKind::down);
  record.repeatable = migration.form.repeatable;
  record.required = migration.texts.required;
  record.seq = seq;
  record.duration_ms = duration_ms;
  record.statements = totals.statements;
  record.rows_affected = totals.rows_affected;
  writer.record(record);
  writer.log({migration.action,
              file.version,
              migration.description,
              "applied",
              duration_ms,
              totals.statements,
              totals.rows_affected,
              {}});
}

std::vector<Outcome> apply_migrations(Host& host, const Cell& source_argument, const ApplyOptions& options) {
  SourceReading reading(host, source_argument, options.plan.form);
  std::vector<Outcome> outcomes;
  const auto work = [&] { outcomes = Applier(host, reading, options).run(); };
  if (options.dry_run)
    rehearse(host, outcomes, work);
  else
    work();
  return outcomes;
}

}  // namespace whimbrel
