// Who migrates in this session: a migration that calls a function that migrates would number and record in
// the midst of the one that runs it.
#pragma once

#include "pg_ext/pg.h"

namespace whimbrel::pg {

// The history of one schema, for the length of a call.
class HistoryTurn {
 public:
  // Throws kInvalidCall where another call of this session has it.
  explicit HistoryTurn(Oid schema);
  ~HistoryTurn();
  HistoryTurn(const HistoryTurn&) = delete;
  HistoryTurn& operator=(const HistoryTurn&) = delete;
};

}  // namespace whimbrel::pg
