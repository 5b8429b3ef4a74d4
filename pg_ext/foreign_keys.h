// Foreign keys that are let go for a while, as a plain owner may: constraints are made deferrable, deferred,
// checked, and put back to exactly what they were, also in what the transaction has said of them by SET
// CONSTRAINTS. All of it belongs to the transaction.
#pragma once

#include <set>
#include <span>
#include <string>
#include <vector>

#include "common/schema/model.h"
#include "pg_ext/pg.h"
#include "pg_ext/savepoints.h"
#include "pg_ext/statements.h"

namespace whimbrel::pg {

class ForeignKeys {
 public:
  ForeignKeys(Statements& statements, Savepoints& savepoints)
      : statements_(statements), savepoints_(savepoints) {}

  // Of Host::note_waiting_checks().
  void note_waiting(std::span<const Table* const> tables);
  // Keys that cannot be deferred stay as they are where the caller does not own the table. The tables must
  // live until restore().
  void defer(std::span<const Table* const> tables);
  void restore();

 private:
  struct Deferred {
    const Table* table;
    const ForeignKey* key;
    std::string name;     // that it has meanwhile
    bool waited = false;  // without us
    bool is_ours = true;  // no other checks of it wait: all can be made when ours are
    bool is_renamed() const { return name != key->name; }
  };

  void alter(const Deferred& one, const std::string& change);
  bool may_set(Deferred& one);
  void set(const Deferred& one, std::string_view mode);

  Statements& statements_;
  Savepoints& savepoints_;
  std::vector<Deferred> deferred_;
  std::set<std::pair<std::string, std::string>> waiting_;  // tables
};

}  // namespace whimbrel::pg
