// Statements of migrations under limits: one that waits too long for a lock is undone by itself, tried again
// a little later, and given up with an error that names who is in the way. Meanwhile it does not stand in the
// lock's queue, where everybody who came later would wait behind it.
#pragma once

#include <functional>
#include <optional>

#include "common/host.h"
#include "pg_ext/savepoints.h"
#include "pg_ext/settings.h"
#include "pg_ext/statements.h"

namespace whimbrel::pg {

class LimitedRun {
 public:
  LimitedRun(Savepoints& savepoints, Statements& statements)
      : savepoints_(savepoints), statements_(statements) {}

  // For the rest of the call.
  void set(const StatementLimits& limits);
  // Around the end of a transaction, which ends all settings of ours.
  void pause() { settings_.reset(); }
  void resume();
  // As settings, for a statement that another process runs: what was given, and no more, since a statement
  // outside of a transaction may have to wait for all others.
  void set_given(SettingsScope& settings) const;
  // A savepoint was begun, and nothing ran in it: to undo the next statement it can be begun again.
  void at_savepoint() { fresh_savepoint_ = true; }

  // In a part of a savepoint once, with 55P03 when that lasts too long: what it did before cannot be undone.
  std::int64_t run(const std::function<std::int64_t()>& statement);
  // Once, and in no savepoint of its own.
  std::int64_t run_once(const std::function<std::int64_t()>& statement);
  // Takes a lock that others hold as long as they migrate: waits without end unless lock_timeout_ms was
  // given, and tells the client for whom when it takes long.
  void take_history_lock(const std::function<void()>& take);

 private:
  std::int64_t run_in_part(const std::function<std::int64_t()>& statement);
  void begin(bool fresh);
  void undo(bool fresh);

  Savepoints& savepoints_;
  Statements& statements_;
  StatementLimits limits_;
  bool limited_ = false;
  std::optional<SettingsScope> settings_;
  bool fresh_savepoint_ = false;
  bool waited_in_part_ = false;  // the first attempt of a statement that comes again
};

}  // namespace whimbrel::pg
