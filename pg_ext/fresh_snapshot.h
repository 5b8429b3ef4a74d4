// What a statement sees: all that came before it in its transaction, as a client's next statement does.
#pragma once

#include "pg_ext/pg.h"

namespace whimbrel::pg {

// Inside pg_call; PopActiveSnapshot() ends it, and the end of a (sub)transaction does. SPI takes such a
// snapshot only when it executes: the planner before it calls immutable functions, and would see what the
// caller's statement saw when it began.
inline void push_fresh_snapshot() {
  CommandCounterIncrement();
  PushActiveSnapshot(GetTransactionSnapshot());
}

}  // namespace whimbrel::pg
