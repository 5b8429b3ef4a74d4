// One call of a function of ours, whatever form it has in SQL: arguments, transaction, host.
#pragma once

#include <span>

#include "sqlite_ext/connection.h"

namespace whimbrel::sqlite {

// What a call gives.
class CallResult : public RowEmitter {
 public:
  // Behind the last row. Throws for a result that nobody could be given.
  virtual void finish() = 0;
};

// Runs the function: its whole effect or none, so the result is finished while all can still be undone (but
// for what a function with Effect::commits has committed). `scalar` is the call's own; nullptr for a
// table-valued function, which may not write.
void run_function(const Registration& registration, sqlite3_context* scalar,
                  std::span<sqlite3_value* const> values, CallResult& result);

}  // namespace whimbrel::sqlite
