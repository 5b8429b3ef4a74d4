// Whom a statement of this backend waits for. PostgreSQL forgets it with the error of a lock timeout, so a
// timer looks while the statement runs. It also ends a statement that runs too long: statement_timeout counts
// for the client's own statement only.
#pragma once

#include "pg_ext/pg.h"
#include "pg_ext/statements.h"

namespace whimbrel::pg {

struct WaitedLock {
  bool known = false;
  LOCKTAG tag{};
  LOCKMODE mode = NoLock;
};

// Looks for the length of a scope. Where a migration migrates another schema, the time of the scope around it
// runs on, and ends what runs inside.
class LockWatch {
 public:
  // `statement_timeout_ms`: cancels what runs after so long; 0: never.
  explicit LockWatch(std::int64_t statement_timeout_ms);
  ~LockWatch();
  LockWatch(const LockWatch&) = delete;
  LockWatch& operator=(const LockWatch&) = delete;

  // Looks no more; what was seen stays.
  void stop() noexcept;
  // The lock that was waited for last.
  WaitedLock waited() const;
  // Whether statement_timeout_ms ended it.
  bool timed_out() const { return timed_out_; }

 private:
  bool on_ = true;
  bool looks_around_;           // there is a scope around this one
  TimestampTz end_around_ = 0;  // of its time; 0: none
  bool own_end_ = false;        // the time of this scope ends first
  bool timed_out_ = false;
};

// "AccessExclusiveLock on table "public"."t"", for messages.
std::string describe_lock(const WaitedLock& lock);
// A sentence for each session that holds it or stands before us: process, user, application, since when, its
// query. Empty when they have gone.
std::string describe_blockers(Statements& statements, const WaitedLock& lock);

}  // namespace whimbrel::pg
