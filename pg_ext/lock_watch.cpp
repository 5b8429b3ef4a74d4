#include "pg_ext/lock_watch.h"

#include <utility>

#include "common/host.h"
#include "pg_ext/guard.h"

namespace whimbrel::pg {

namespace {

constexpr int kLookEveryMs = 20;

// What the handlers of the timer write, who interrupt this backend anywhere: plain memory, one per backend.
struct Seen {
  LOCKTAG tag;
  LOCKMODE mode;
  volatile sig_atomic_t waited;
  volatile sig_atomic_t timed_out;
};
Seen seen;

extern "C" void look_at_wait() {
  const PGPROC* self = MyProc;  // a backend that is terminated while we look gives it up before its timers
  if (self == nullptr) return;
  const LOCK* lock = self->waitLock;  // stays in shared memory as long as we stand in its queue
  if (lock == nullptr) return;
  seen.tag = lock->tag;
  seen.mode = self->waitLockMode;
  seen.waited = 1;
}

extern "C" void cancel_statement() {
  seen.timed_out = 1;
  QueryCancelPending = true;
  InterruptPending = true;
  SetLatch(MyLatch);
}

// A backend has few timers to give away: taken once.
TimeoutId look_timer() {
  static const TimeoutId id = RegisterTimeout(USER_TIMEOUT, look_at_wait);
  return id;
}
TimeoutId statement_timer() {
  static const TimeoutId id = RegisterTimeout(USER_TIMEOUT, cancel_statement);
  return id;
}

void begin_to_look(TimestampTz now) {
  enable_timeout_every(look_timer(), TimestampTzPlusMilliseconds(now, kLookEveryMs), kLookEveryMs);
}

struct Holder {
  int pid;
  LOCKMODE mode;
  bool waits;
};
constexpr int kMostHolders = 5;

// The sessions that hold the lock in a mode that conflicts with ours; when none does, those who wait for such
// a one.
int find_holders(const WaitedLock& lock, Holder (&holders)[kMostHolders]) {
  return pg_call([&] {
    const LockData* data = GetLockStatusData();
    int count = 0;
    for (const bool waits : {false, true}) {
      for (int i = 0; i < data->nelements && count < kMostHolders; ++i) {
        const LockInstanceData& one = data->locks[i];
        if (one.pid == MyProcPid || memcmp(&one.locktag, &lock.tag, sizeof(LOCKTAG)) != 0) continue;
        for (LOCKMODE mode = MaxLockMode; mode > NoLock; --mode) {
          const bool has = waits ? one.waitLockMode == mode : (one.holdMask & LOCKBIT_ON(mode)) != 0;
          if (!has || !DoLockModesConflict(lock.mode, mode)) continue;
          holders[count++] = {one.pid, mode, waits};
          break;
        }
      }
      if (count > 0) break;
    }
    return count;
  });
}

// It has no process any more; which one it is, only its locks' numbers say.
std::string prepared_transactions(Statements& statements) {
  const auto reader = statements.query(
      "SELECT COALESCE(pg_catalog.string_agg(pg_catalog.quote_literal(gid), ', ' ORDER BY prepared), '')"
      " FROM pg_catalog.pg_prepared_xacts WHERE database = pg_catalog.current_database()",
      {});
  RowBatch batch;
  return reader->next(batch) ? std::string(batch.row(0)[0].view()) : std::string();
}

std::string sentence(Statements& statements, const Holder& holder) {
  if (holder.pid == 0)
    return "A prepared transaction is in the way, one of " + prepared_transactions(statements) +
           ": end it with COMMIT PREPARED or ROLLBACK PREPARED.";
  const Cell parameters[] = {Cell::integer_of(holder.pid)};
  const auto reader = statements.query(
      "SELECT COALESCE(usename::pg_catalog.text, ''), COALESCE(application_name, ''), COALESCE(state, ''), "
      "COALESCE(xact_start::pg_catalog.text, ''), COALESCE(pg_catalog.left(query, 200), '') "
      "FROM pg_catalog.pg_stat_activity WHERE pid = $1::pg_catalog.int4",
      parameters);
  std::string text = "Process " + std::to_string(holder.pid);
  RowBatch batch;
  const char* mode = pg_call([&] { return GetLockmodeName(DEFAULT_LOCKMETHOD, holder.mode); });
  const std::string verb = std::string(holder.waits ? " waits for " : " holds ") + mode;
  if (!reader->next(batch)) return text + verb + ".";
  const auto field = [&](std::size_t i) { return std::string(batch.row(0)[i].view()); };
  text += " (user \"" + field(0) + "\"";
  if (!field(1).empty()) text += ", application \"" + field(1) + "\"";
  if (!field(2).empty()) text += ", " + field(2);
  if (!field(3).empty()) text += ", in a transaction since " + field(3);
  text += ")" + verb;
  if (!field(4).empty()) text += "; its query: " + field(4);
  return text + ".";
}

}  // namespace

LockWatch::LockWatch(std::int64_t statement_timeout_ms) {
  pg_call([&] {
    const TimestampTz now = GetCurrentTimestamp();
    looks_around_ = get_timeout_active(look_timer());
    if (get_timeout_active(statement_timer())) end_around_ = get_timeout_finish_time(statement_timer());
    seen.waited = 0;
    if (!looks_around_) seen.timed_out = 0;
    begin_to_look(now);
    if (statement_timeout_ms <= 0) return;
    const TimestampTz end = TimestampTzPlusMilliseconds(now, statement_timeout_ms);
    own_end_ = end_around_ == 0 || end < end_around_;
    if (own_end_) enable_timeout_at(statement_timer(), end);
  });
}

LockWatch::~LockWatch() { stop(); }

void LockWatch::stop() noexcept {
  if (!std::exchange(on_, false)) return;
  if (!looks_around_) disable_timeout(look_timer(), false);
  if (!own_end_) return;
  disable_timeout(statement_timer(), false);
  timed_out_ = seen.timed_out != 0;
  seen.timed_out = 0;
  if (end_around_ != 0) enable_timeout_at(statement_timer(), end_around_);
}

WaitedLock LockWatch::waited() const {
  WaitedLock lock;
  lock.known = seen.waited != 0;
  if (!lock.known) return lock;
  lock.tag = seen.tag;
  lock.mode = seen.mode;
  return lock;
}

std::string describe_lock(const WaitedLock& lock) {
  const char* mode = pg_call([&] { return GetLockmodeName(DEFAULT_LOCKMETHOD, lock.mode); });
  struct Names {
    const char *schema, *name;
  };
  const Names names = pg_call([&] {
    Names found{nullptr, nullptr};
    const bool relation =
        lock.tag.locktag_type == LOCKTAG_RELATION && lock.tag.locktag_field1 == MyDatabaseId;
    if (!relation) return found;
    found.name = get_rel_name(lock.tag.locktag_field2);
    if (found.name != nullptr) found.schema = get_namespace_name(get_rel_namespace(lock.tag.locktag_field2));
    return found;
  });
  if (names.schema != nullptr) return mode + (" on " + quote_name(names.schema, names.name));
  switch (lock.tag.locktag_type) {
    case LOCKTAG_TRANSACTION:
    case LOCKTAG_TUPLE:
      return "the lock of a row";
    case LOCKTAG_ADVISORY:
      return "an advisory lock";
    default: {
      const char* text = pg_call([&] {
        StringInfoData buffer;
        initStringInfo(&buffer);
        DescribeLockTag(&buffer, &lock.tag);
        return static_cast<const char*>(buffer.data);
      });
      return std::string(mode) + " on " + text;
    }
  }
}

std::string describe_blockers(Statements& statements, const WaitedLock& lock) {
  Holder holders[kMostHolders];
  const int count = find_holders(lock, holders);
  if (count == 0) return {};
  // Within a transaction the activity is otherwise what it was when somebody looked first.
  statements.execute("SELECT pg_catalog.pg_stat_clear_snapshot()", {});
  std::string text;
  for (int i = 0; i < count; ++i) text += (i == 0 ? "" : " ") + sentence(statements, holders[i]);
  return text;
}

}  // namespace whimbrel::pg
