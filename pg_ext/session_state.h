// Who the session is and which settings it has changed, carried from a backend to its worker, so that a
// statement runs there as it would have run here. Parallel workers do the same, but with functions of the
// server that also set aside its checks; here everything passes them again.
#pragma once

#include "pg_ext/pg.h"
#include "pg_ext/step_request.h"

namespace whimbrel::pg {

// Every setting that is not as the server's configuration has it, as bytes without pointers.
std::string pack_settings();

// In the worker, inside a transaction. Both raise the server's errors: only plain memory is touched.
void restore_settings(const char* packed);
void restore_identity(const StepRequest& request);

}  // namespace whimbrel::pg
