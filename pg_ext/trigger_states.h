// Switches triggers of the user off and gives each its own state (O, D, A or R) back. By the catalog, not by
// ALTER TABLE, which refuses a table whose deferred checks are pending.
#pragma once

#include <span>
#include <vector>

#include "common/schema/model.h"
#include "pg_ext/pg.h"

namespace whimbrel::pg {

class TriggerStates {
 public:
  // On these tables and their partitions. Locks those that have any against writers, as ALTER TABLE does, and
  // only their owner may. A rollback undoes it.
  void suspend(std::span<const Table* const> tables);
  void restore();

 private:
  struct State {
    Oid table;
    Oid trigger;
    char enabled;
  };
  std::vector<State> suspended_;
};

}  // namespace whimbrel::pg
