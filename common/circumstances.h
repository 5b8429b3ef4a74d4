// Errors that say nothing about what was asked for.
#pragma once

#include "common/error.h"

namespace whimbrel {

// Whether the call ends, or memory, disk, a damaged file, a deadlock or the wait for a lock is the reason:
// going on without what failed would leave out what is fine. PostgreSQL: the classes 40, 53, 57, 58 and XX,
// and 55P03. SQLite: BUSY, LOCKED, NOMEM, INTERRUPT, IOERR, CORRUPT, FULL, PROTOCOL and NOTADB with the codes
// that extend them.
bool is_of_circumstances(const Error& error);

}  // namespace whimbrel
