#include "common/migration/steps.h"

#include <algorithm>
#include <functional>
#include <random>
#include <utility>
#include <vector>

#include "common/each_row.h"
#include "common/migration/call_text.h"
#include "common/migration/history.h"
#include "common/migration/journal.h"
#include "common/migration/own_tables.h"
#include "common/migration/tokens.h"
#include "common/stopwatch.h"
#include "common/undo.h"

namespace whimbrel {

namespace {

// A unit is what runs in one transaction, or one statement outside of any.
struct Step {
  const Script* script;
  std::size_t index;
  std::int64_t ordinal;
};
struct Unit {
  std::vector<Step> steps;
  bool outside = false;
};

std::vector<Unit> units_of(const Host& host, const PlannedMigration& migration) {
  std::vector<Unit> units;
  std::int64_t ordinal = 0;
  bool closed = true;            // the next statement begins a unit
  bool after_new_value = false;  // the unit ends with a new enum value, which only a commit makes usable
  for (const Script& script : migration.up) {
    for (std::size_t i = 0; i < script.size(); ++i) {
      const bool outside =
          script.needs_no_transaction(i) || (!script.in_transaction() && script.may_commit(i));
      const bool alone = outside || (!script.in_transaction() && host.dialect().statements_run_alone);
      if (closed || alone || (after_new_value && !script.adds_enum_value(i))) units.emplace_back();
      units.back().steps.push_back({&script, i, ++ordinal});
      units.back().outside = outside;
      closed = alone;
      after_new_value = script.adds_enum_value(i);
    }
  }
  return units;
}

std::string hash_of(std::string_view sql, sql::Rules rules) {
  TokenStream tokens(sql.size());
  sql::Lexer lexer(sql, rules);
  for (sql::Token token = lexer.next_code(); token.kind != sql::TokenKind::end; token = lexer.next_code())
    tokens.add(token);
  return tokens.checksum();
}

class StepRun {
 public:
  StepRun(Host& host, const PlannedMigration& migration, std::int64_t last_log_id, Outcome& outcome,
          StepPurpose purpose)
      : host_(host),
        migration_(migration),
        undoes_(purpose == StepPurpose::undo),
        version_(migration.file->version),
        outcome_(outcome),
        units_(units_of(host, migration)),
        journal_(host),
        seq_before_(recorded_seq()),
        last_log_id_(last_log_id) {}

  StepsResult run() {
    outcome_ = {version_, migration_.description, undoes_ ? "rolled_back" : "applied", 0, 0, 0, std::nullopt};
    bool goes_on = true;
    for (const Unit& unit : units_) {
      goes_on = run_unit(unit);
      if (!goes_on) break;
    }
    if (goes_on) record();
    if (result_.error) outcome_.error = result_.error->message;
    outcome_.statements = totals_.statements;
    outcome_.duration_ms = watch_.milliseconds();
    return std::move(result_);
  }

 private:
  bool run_unit(const Unit& unit) {
    if (is_ended_by_others()) return false;
    const JournalOfVersion entries = journal_.read(version_);
    const std::vector<Step> open = open_steps(unit, entries);
    if (open.empty()) return true;
    return unit.outside ? run_outside(open.front(), entries) : run_inside(open, entries);
  }

  std::int64_t recorded_seq() const {
    std::int64_t seq = 0;
    const Cell parameters[] = {Cell::text(version_)};
    for_each_row(host_, "SELECT seq FROM " + own_table(host_, kMigrationsTable) + " WHERE version = $1",
                 parameters, [&seq](const Cell* row) { seq = row[0].integer; });
    return seq;
  }

  // What others have ended may look as if nobody had begun: recorded, and undone or forgotten since.
  bool is_logged_since() const {
    bool logged = false;
    const Cell parameters[] = {Cell::text(version_), Cell::integer_of(last_log_id_)};
    for_each_row(host_,
                 "SELECT log_id FROM " + own_table(host_, kLogTable) +
                     " WHERE version = $1 AND log_id > $2 AND outcome <> 'failed'",
                 parameters, [&logged](const Cell*) { logged = true; });
    return logged;
  }

  bool is_ended_by_others() {
    if (recorded_seq() == seq_before_ && !is_logged_since()) return false;
    result_.others_wrote = true;
    host_.commit_and_begin();
    return true;
  }

  std::string hash(const Step& step) const {
    return hash_of(step.script->sql_of(step.index), sql::rules_of(host_.dialect().engine));
  }

  // Without those that are done: a unit may be larger than it was, since a statement that ran by itself need
  // not any more (a PRAGMA that has nothing to change), or since a marker was changed.
  std::vector<Step> open_steps(const Unit& unit, const JournalOfVersion& entries) const {
    std::vector<Step> open;
    for (const Step& step : unit.steps) {
      const auto found = entries.find(step.ordinal);
      if (found == entries.end() || found->second.state != journal::kDone) {
        open.push_back(step);
        continue;
      }
      if (found->second.statement_hash == hash(step)) continue;
      throw Error(
          code::kIncomplete,
          step.script->place_of(step.index) + ": statement " + std::to_string(step.ordinal) +
              " was changed after it ran",
          "The migration is not complete; migrate_run goes on behind the statements that are done, so "
          "these must stay as they were.",
          "Restore the statement, or undo by hand what the migration has done and let " +
              call_about(host_, "migrate_repair", version_) + " forget it.");
    }
    return open;
  }

  bool run_inside(const std::vector<Step>& steps, const JournalOfVersion& entries) {
    std::vector<std::int64_t> rows;
    RunTotals totals;
    host_.begin_savepoint();
    try {
      set_again(steps.front());
      for (const Step& step : steps) {
        const std::int64_t before = totals.rows_affected;
        step.script->run_statement(host_, step.index, totals);
        rows.push_back(totals.rows_affected - before);
      }
      end_savepoint(host_, migration_.file->subject());
    } catch (const Error& error) {
      undo_savepoint(host_, error);
      if (ends_call(error)) throw;
      const Step& failed = steps[std::min(rows.size(), steps.size() - 1)];
      // What only the catalog shows: REINDEX of a partitioned table, DROP SUBSCRIPTION with a slot.
      if (error.code == kActiveTransaction && !failed.script->in_transaction())
        return run_outside(failed, entries);
      return fail(failed, error);
    }
    if (undoes_)
      seq_before_ = recorded_seq();  // a down part may delete the row itself
    else
      forget_own_record(steps);
    for (std::size_t i = 0; i < steps.size(); ++i) write_entry(steps[i], journal::kDone, rows[i]);
    totals_.statements += totals.statements;
    totals_.rows_affected += totals.rows_affected;
    host_.commit_and_begin();
    take_turn(host_);
    return true;
  }

  // What the statements in front of it have set ended with their transactions.
  void set_again(const Step& step) {
    for (const Unit& unit : units_)
      for (const Step& before : unit.steps)
        if (before.ordinal < step.ordinal) before.script->set_again(host_, before.index);
  }

  bool is_anything_set(const Step& step) const {
    return std::any_of(units_.begin(), units_.end(), [&step](const Unit& unit) {
      return std::any_of(unit.steps.begin(), unit.steps.end(), [&step](const Step& before) {
        return before.ordinal < step.ordinal && before.script->sets(before.index);
      });
    });
  }

  // A file that records itself does so too early here: it counts as applied only when all of it is done.
  void forget_own_record(const std::vector<Step>& steps) {
    if (seq_before_ != 0 || !steps.front().script->records_itself()) return;
    HistoryWriter writer(host_);
    writer.erase(version_);
    const std::string& name = migration_.file->name;
    writer.remove_aliases(version_, name.empty() ? version_ : name.substr(0, name.rfind('.')));
  }

  bool run_outside(const Step& step, const JournalOfVersion& entries) {
    const std::string_view sql = step.script->sql_of(step.index);
    const auto before = entries.find(step.ordinal);
    const bool interrupted = before != entries.end();
    Leftover leftover = host_.look_at_leftover(sql, interrupted);
    // The statement that was interrupted may have had another text.
    if (interrupted && before->second.statement_hash != hash(step)) {
      leftover = host_.look_at_leftover(before->second.sql, true);
      leftover.complete = false;
    }
    // One that ended with an error has not done its work, whatever there is of that name.
    if (interrupted && before->second.state == journal::kFailed && leftover.cleanup.empty())
      leftover.complete = false;
    attempts_ = interrupted ? before->second.attempts + 1 : 1;
    write_entry(step, journal::kIntent, 0);
    bool ran = false;
    try {
      for (const std::string& cleanup : leftover.cleanup) {
        host_.notice(NoticeLevel::notice,
                     step.script->place_of(step.index) + ": left by an attempt that was stopped: " + cleanup);
        host_.run_outside_transaction(cleanup);
        host_.lock_migrations();
      }
      if (!leftover.complete) {
        std::function<void()> set;
        if (is_anything_set(step)) set = [&] { set_again(step); };
        step.script->run_statement_outside(host_, step.index, totals_, set);
        ran = true;
        host_.lock_migrations();
      }
    } catch (const Error& error) {
      if (ran || ends_call(error)) throw;
      return fail(step, error);
    }
    if (is_ended_by_others()) return false;
    write_entry(step, journal::kDone, 0);
    host_.commit_and_begin();
    attempts_ = 1;
    take_turn(host_);
    return true;
  }

  void write_entry(const Step& step, std::string_view state, std::int64_t rows, std::string error = {}) {
    journal_.write(version_,
                   {step.ordinal, std::string(state), hash(step), attempts_, rows, std::move(error), {}},
                   step.script->sql_of(step.index));
  }

  bool fail(const Step& step, const Error& error) {
    host_.lock_migrations();
    // Since the statement has ended, another caller may have taken it over.
    const JournalOfVersion entries = journal_.read(version_);
    const auto entry = entries.find(step.ordinal);
    const bool taken_over = (entry != entries.end() &&
                             (entry->second.attempts > attempts_ || entry->second.state == journal::kDone)) ||
                            is_logged_since();
    // Where nobody knows how the statement ended, its intent stays, and the next attempt looks for what it
    // did.
    if (!taken_over && recorded_seq() == seq_before_ && error.code != code::kProcessLost)
      write_entry(step, journal::kFailed, 0, error.message);
    return log_failure(error);
  }

  bool log_failure(const Error& error) {
    outcome_.status = "failed";
    result_.error = error;
    HistoryWriter(host_).commit_failure(
        {undoes_ ? "rollback" : "apply", version_, migration_.description, "failed", watch_.milliseconds(),
         totals_.statements, 0, error.message},
        error);
    return false;
  }

  void record() {
    if (is_ended_by_others()) return;
    host_.begin_savepoint();
    try {
      for (const Script& script : migration_.verify) script.verify(host_);
      end_savepoint(host_, migration_.file->subject());
    } catch (const Error& error) {
      undo_savepoint(host_, error);
      if (ends_call(error)) throw;
      const std::int64_t behind = units_.empty() ? 1 : units_.back().steps.back().ordinal + 1;
      journal_.write(version_, {behind, std::string(journal::kFailed), {}, 1, 0, error.message, {}}, {});
      log_failure(error);
      return;
    }
    RunTotals all;
    for (const auto& [ordinal, entry] : journal_.read(version_)) {
      if (entry.state != journal::kDone) continue;
      ++all.statements;
      all.rows_affected += entry.rows_affected;
    }
    outcome_.rows_affected = all.rows_affected;
    outcome_.duration_ms = watch_.milliseconds();
    result_.others_wrote = last_log_id(host_) != last_log_id_;
    HistoryWriter writer(host_);
    if (undoes_) {
      writer.erase(version_);
      writer.log({"rollback",
                  version_,
                  migration_.description,
                  "rolled_back",
                  outcome_.duration_ms,
                  all.statements,
                  all.rows_affected,
                  {}});
    } else {
      write_record(migration_, last_seq(host_) + 1, all, outcome_.duration_ms, writer);
    }
    journal_.erase(version_);
    writer.flush();
    host_.commit_and_begin();
    result_.recorded = true;
  }

  static constexpr std::string_view kActiveTransaction = "25001";

  Host& host_;
  const PlannedMigration& migration_;
  const bool undoes_;
  const std::string version_;
  Outcome& outcome_;
  const std::vector<Unit> units_;
  Journal journal_;
  std::int64_t seq_before_;  // 0: not applied; else a repeatable one, one that was repaired, or one to undo
  const std::int64_t last_log_id_;
  const Stopwatch watch_;
  std::int64_t attempts_ = 1;
  RunTotals totals_;  // of this call
  StepsResult result_;
};

}  // namespace

void take_turn(Host& host) {
  host.lock_migrations();
  if (!host.is_step_running()) return;
  host.notice(NoticeLevel::notice,
              "another caller runs a statement outside of a transaction: waiting for its end");
  std::minstd_rand random(std::random_device{}());
  std::uniform_int_distribution<int> milliseconds(50, 150);
  do {
    host.commit_and_begin();
    host.pause(std::chrono::milliseconds(milliseconds(random)));
    host.lock_migrations();
  } while (host.is_step_running());
}

bool runs_by_steps(const Host& host, const PlannedMigration& migration) {
  if (!migration.in_transaction() && host.dialect().statements_run_alone) return true;
  const std::vector<Unit> units = units_of(host, migration);
  return units.size() > 1 || (units.size() == 1 && units.front().outside);
}

StepsResult run_by_steps(Host& host, const PlannedMigration& migration, std::int64_t last_log_id,
                         Outcome& outcome, StepPurpose purpose) {
  return StepRun(host, migration, last_log_id, outcome, purpose).run();
}

}  // namespace whimbrel
