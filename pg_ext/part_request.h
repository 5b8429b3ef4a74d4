// What a backend and the parallel workers that read the parts of a table for it share.
#pragma once

#include "common/transfer/parts_done.h"
#include "pg_ext/pg.h"

namespace whimbrel::pg {

// Keys of the table of contents.
inline constexpr std::uint64_t kPartRequestKey = 1;
inline constexpr std::uint64_t kPartQueuesKey = 2;

inline constexpr Size kPartQueueSize = Size{4} << 20;  // of each worker: how far it may run ahead
inline constexpr std::uint64_t kPartPages = 128;       // 1 MB

struct PartRequest {
  Oid own_schema;
  std::uint64_t pages;
  pg_atomic_uint64 next_page;  // of the next part
  // Where parts are counted, and no queues are: the first page of the part whose turn it is.
  bool counted;
  pg_atomic_uint64 turn;
  ConditionVariable turn_passed;
  PartsDone done;
  Size task_size;
  char task[FLEXIBLE_ARRAY_MEMBER];
};

// What a message in a queue is, by its first byte.
inline constexpr char kPartBegins = 'p';  // its first page follows; what was sent before is complete
inline constexpr char kPartMessage = 'm';
inline constexpr char kPartsDone = 'd';

}  // namespace whimbrel::pg
