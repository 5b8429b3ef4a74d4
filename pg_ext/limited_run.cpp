#include "pg_ext/limited_run.h"

#include "common/error.h"
#include "common/stopwatch.h"
#include "pg_ext/guard.h"
#include "pg_ext/lock_watch.h"

namespace whimbrel::pg {

namespace {

constexpr std::int64_t kQuietMs = 1000;  // a wait for another applier that is not worth a notice

// Longer from attempt to attempt, and never the same for two that collided.
void back_off(std::int64_t attempt) {
  const double longest =
      std::min(100.0 * static_cast<double>(std::int64_t{1} << std::min<std::int64_t>(attempt, 5)), 2000.0);
  pg_call([&] {
    const double part = 0.5 + 0.5 * (static_cast<double>(GetCurrentTimestamp() % 1000) / 1000.0);
    const TimestampTz end =
        TimestampTzPlusMilliseconds(GetCurrentTimestamp(), static_cast<std::int64_t>(longest * part));
    for (;;) {
      CHECK_FOR_INTERRUPTS();
      const long rest = TimestampDifferenceMilliseconds(GetCurrentTimestamp(), end);
      if (rest <= 0) return;
      WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, rest, PG_WAIT_EXTENSION);
      ResetLatch(MyLatch);
    }
  });
}

void explain(Error& error, const LockWatch& watch, const StatementLimits& limits) {
  if (!watch.timed_out() || error.code != "57014") return;
  error.message = "canceling statement after " + std::to_string(limits.statement_timeout_ms) +
                  " ms (statement_timeout_ms)";
}

[[noreturn]] void give_up(Statements& statements, Error error, const WaitedLock& lock,
                          std::int64_t timeout_ms, std::int64_t attempts) {
  error.message = "could not get " + describe_lock(lock) + " within " + std::to_string(timeout_ms) + " ms" +
                  (attempts > 1 ? ", tried " + std::to_string(attempts) + " times" : "");
  const std::string blockers = describe_blockers(statements, lock);
  error.detail = blockers.empty() ? "Who held it has gone in the meantime." : blockers;
  error.hint =
      "Wait for that session, or end it with pg_terminate_backend(); the options lock_timeout_ms and "
      "lock_retries "
      "say how long a statement waits and how often it is tried again.";
  throw error;
}

}  // namespace

void LimitedRun::set(const StatementLimits& limits) {
  limits_ = limits;
  limited_ = true;
  resume();
}

void LimitedRun::resume() {
  if (!limited_) return;
  settings_.emplace();
  // Who set one for the session meant it for migrations too.
  if (limits_.lock_timeout_ms || LockTimeout == 0)
    settings_->set("lock_timeout",
                   std::to_string(limits_.lock_timeout_ms.value_or(StatementLimits::kLockTimeoutMs)).c_str());
}

void LimitedRun::set_given(SettingsScope& settings) const {
  if (limits_.lock_timeout_ms) settings.set("lock_timeout", std::to_string(*limits_.lock_timeout_ms).c_str());
  if (limits_.statement_timeout_ms > 0)
    settings.set("statement_timeout", std::to_string(limits_.statement_timeout_ms).c_str());
}

void LimitedRun::begin(bool fresh) {
  if (!fresh) savepoints_.begin(Savepoints::Settings::kept);
}

void LimitedRun::undo(bool fresh) {
  savepoints_.roll_back();
  if (fresh) savepoints_.begin();
}

std::int64_t LimitedRun::run_once(const std::function<std::int64_t()>& statement) {
  fresh_savepoint_ = false;
  std::optional<LockWatch> watch;
  if (limits_.statement_timeout_ms > 0) watch.emplace(limits_.statement_timeout_ms);
  try {
    return statement();
  } catch (Error& error) {
    if (watch) {
      watch->stop();
      explain(error, *watch, limits_);
    }
    throw;
  }
}

std::int64_t LimitedRun::run_in_part(const std::function<std::int64_t()>& statement) {
  try {
    return run_once(statement);
  } catch (const Error& error) {
    waited_in_part_ = error.code == code::kLockNotAvailable;
    throw;
  }
}

std::int64_t LimitedRun::run(const std::function<std::int64_t()>& statement) {
  const bool fresh = std::exchange(fresh_savepoint_, false);
  if (!settings_) return statement();
  if (savepoints_.in_part()) return run_in_part(statement);
  for (std::int64_t attempt = 1;; ++attempt) {
    // A migration may have set its own.
    const std::int64_t lock_timeout_ms = LockTimeout;
    const bool guarded = lock_timeout_ms > 0;
    if (guarded) begin(fresh);
    const Stopwatch watch;
    LockWatch locks(limits_.statement_timeout_ms);
    try {
      const std::int64_t rows = statement();
      if (guarded && !fresh) savepoints_.release();
      return rows;
    } catch (Error& error) {
      locks.stop();
      const WaitedLock lock = locks.waited();
      explain(error, locks, limits_);
      const bool waited = guarded && error.code == code::kLockNotAvailable && lock.known &&
                          watch.milliseconds() >= static_cast<double>(lock_timeout_ms);
      if (!guarded) throw;
      if (!waited) {
        if (!fresh) savepoints_.roll_back();
        throw;
      }
      undo(fresh);
      if (std::exchange(waited_in_part_, false)) ++attempt;
      if (attempt > limits_.lock_retries) give_up(statements_, error, lock, lock_timeout_ms, attempt);
    }
    back_off(attempt);
  }
}

void LimitedRun::take_history_lock(const std::function<void()>& take) {
  const std::int64_t limit = limits_.lock_timeout_ms.value_or(0);
  for (const bool first : {true, false}) {
    const std::int64_t wait_ms = !first ? limit : limit > 0 ? std::min(limit, kQuietMs) : kQuietMs;
    savepoints_.begin();
    LockWatch locks(0);
    try {
      SettingsScope settings;
      settings.set("lock_timeout", std::to_string(wait_ms).c_str());
      take();
    } catch (Error& error) {
      locks.stop();
      const WaitedLock lock = locks.waited();
      savepoints_.roll_back();
      if (error.code != code::kLockNotAvailable || !lock.known) throw;
      if (!first || (limit > 0 && limit <= kQuietMs)) give_up(statements_, error, lock, limit, 1);
      const std::string who = describe_blockers(statements_, lock);
      pg_call([&] {
        ereport(NOTICE,
                (errmsg("waiting for another session that migrates"), errdetail_internal("%s", who.c_str())));
        // What was read until here must not keep the index waiting that the other one builds CONCURRENTLY.
        InvalidateCatalogSnapshotConditionally();
      });
      continue;
    }
    savepoints_.release();
    return;
  }
}

}  // namespace whimbrel::pg
