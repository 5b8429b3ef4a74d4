// Temporary tables that a migration makes ON COMMIT DROP: they are gone at its end, as at the end of a
// transaction of its own, so that the next migration does not find them. The caller's stay.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "pg_ext/pg.h"
#include "pg_ext/statements.h"

namespace whimbrel::pg {

class TemporaryTables {
 public:
  explicit TemporaryTables(Statements& statements) : statements_(statements) {}

  // Whether a statement says ON COMMIT DROP, in a function's body too.
  static bool are_made_by(std::string_view sql);
  // Around such a statement.
  void look_before() { before_ = read(); }
  void look_after();
  void drop();

 private:
  std::map<Oid, std::string> read();  // with their names

  Statements& statements_;
  std::map<Oid, std::string> before_;
  std::set<Oid> made_;  // by the migration that runs
};

}  // namespace whimbrel::pg
