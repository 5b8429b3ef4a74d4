// Code of the server of which only the result is wanted: what it leaves behind is undone.
#pragma once

#include <exception>

#include "common/error.h"
#include "pg_ext/guard.h"

namespace whimbrel::pg {

// Runs body() in a subtransaction that is rolled back; false when it failed, as for an expression that
// is not readable yet. What ends the whole call, as a timeout while another session has the table locked,
// ends it here too.
template <typename Body>
bool tried(Body&& body) {
  struct Outer {
    MemoryContext memory;
    ResourceOwner owner;
  };
  const Outer outer = pg_call([] {
    Outer now{CurrentMemoryContext, CurrentResourceOwner};
    BeginInternalSubTransaction(nullptr);
    MemoryContextSwitchTo(now.memory);
    return now;
  });
  bool done = true;
  std::exception_ptr end;
  try {
    pg_call(body);
  } catch (const Error& error) {
    done = false;
    if (ends_call(error)) end = std::current_exception();
  }
  pg_call([&] {
    RollbackAndReleaseCurrentSubTransaction();
    MemoryContextSwitchTo(outer.memory);
    CurrentResourceOwner = outer.owner;
  });
  if (end != nullptr) std::rethrow_exception(end);
  return done;
}

}  // namespace whimbrel::pg
