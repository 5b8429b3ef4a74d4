// COPY FROM of the server, fed from memory: the fast way into a table. It makes the checks that the command
// itself makes; what the command would refuse, is refused here with the same error.
#pragma once

#include "common/json/source.h"
#include "pg_ext/pg.h"

namespace whimbrel::pg {

struct CopyFromRequest {
  Relation relation = nullptr;  // open with RowExclusiveLock; closed at the end (the lock stays)
  List* columns = NIL;          // String nodes; NIL: all
  List* options = NIL;          // DefElem nodes of the command
};

// Loads everything that `source` gives and returns the number of rows. `source` may itself use the database.
// On an error of the server Error::row is the 0-based line that it was at.
std::uint64_t copy_from(const CopyFromRequest& request, ByteSource& source);

}  // namespace whimbrel::pg
