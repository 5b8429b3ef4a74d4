// Foreign keys that are let go for a while, as a plain owner may: constraints are made deferrable, deferred,
// checked, and put back to exactly what they were. All of it belongs to the transaction.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "common/schema/model.h"
#include "pg_ext/statements.h"

namespace whimbrel::pg {

class ForeignKeys {
 public:
  explicit ForeignKeys(Statements& statements) : statements_(statements) {}

  // Keys of tables that the caller does not own, and that are not deferrable, stay as they are.
  void defer(std::span<const Table* const> tables);
  void restore();

 private:
  struct Deferred {
    std::string table;       // quoted, with its schema
    std::string constraint;  // quoted
    std::string qualified;   // the constraint with its schema, as SET CONSTRAINTS takes it
    bool altered = false;    // made deferrable by us
    bool initially_deferred = false;
  };
  Statements& statements_;
  std::vector<Deferred> deferred_;
};

}  // namespace whimbrel::pg
