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

// Looks for the length of a scope. Where a migration migrates another schema, the scope inside ends what the
// one around it looks for.
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
  bool timed_out() const;
};

// "AccessExclusiveLock on table "public"."t"", for messages.
std::string describe_lock(const WaitedLock& lock);
// A sentence for each session that holds it or stands before us: process, user, application, since when, its
// query. Empty when they have gone.
std::string describe_blockers(Statements& statements, const WaitedLock& lock);

}  // namespace whimbrel::pg
