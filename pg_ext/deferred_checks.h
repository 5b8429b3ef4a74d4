// Deferred constraints at the end of a migration, as at the end of a transaction of its own: what it has
// broken is its error, and what comes behind finds no pending triggers on its tables.
#pragma once

#include <string>
#include <string_view>

#include "pg_ext/statements.h"

namespace whimbrel::pg {

class DeferredChecks {
 public:
  explicit DeferredChecks(Statements& statements) : statements_(statements) {}

  // Before each statement of a migration.
  void look_at(std::string_view sql);
  // Inside a savepoint. The constraints are deferred afterwards if they are by their definition.
  void run();

 private:
  std::string read_names();

  Statements& statements_;
  bool there_are_some_ = false;  // constraints that are deferred by their definition, as far as is known
  bool known_ = false;
  bool mode_changed_ = false;  // by a migration
};

}  // namespace whimbrel::pg
