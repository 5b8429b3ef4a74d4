// What a backend and the background worker that runs one statement for it share: a segment of dynamic shared
// memory that begins with a StepRequest. Plain memory only, since two processes read it.
#pragma once

#include "pg_ext/history_watch.h"
#include "pg_ext/pg.h"

namespace whimbrel::pg {

enum class StepCommand : std::uint32_t { wait, run, leave };

struct StepRequest {
  Oid database;
  Oid authenticated_user;    // who logged in
  Oid session_user;          // as SET SESSION AUTHORIZATION left it
  Oid current_user;          // as SET ROLE left it
  Oid own_schema;            // whose steps: part of the lock's name
  HistoryWatch history;      // asked before each of the worker's commits
  Size settings_at;          // offsets from the beginning of the segment
  Size sql_at;               // a C string
  Size queue_at;             // from the worker to the backend: messages of the wire protocol
  pg_atomic_uint32 command;  // a StepCommand, given by the backend
  PGPROC* worker;            // set before the worker says that it is ready
};

// Messages of the worker beside the errors and notices of the server.
inline constexpr char kStepReady = 'Z';
inline constexpr char kStepDone = 'C';

// The advisory lock that a worker holds from before its statement begins until its outcome is written down.
inline LOCKTAG step_lock(Oid own_schema) {
  constexpr std::uint32_t kClass = 0x77686D73;  // "whms"
  LOCKTAG tag;
  SET_LOCKTAG_ADVISORY(tag, MyDatabaseId, kClass, own_schema, 2);
  return tag;
}

}  // namespace whimbrel::pg
