// What a statement does to an existing database, as far as its text and the catalog tell without running it,
// and what a run did beside the catalog. Hosts fill these; the migration runner makes plans, hazards and dry
// runs of them.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "common/schema/catalog.h"

namespace whimbrel {

enum class EffectKind : std::uint8_t {
  creates_table,    // from here on the table is new in this run
  renames_table,    // object: the new identity
  writes_rows,      // rows come, change or go; an empty table: of whichever tables
  drops_rows,       // rows or their values go: DROP TABLE, DROP COLUMN, TRUNCATE, DELETE without WHERE
  rewrites_table,   // every row is written anew
  locks_table,      // lock: the strongest mode; nobody reads meanwhile when it is AccessExclusiveLock
  breaks_on_rows,   // a constraint that existing rows may break; `violations` counts them, `parent` is the
                    // other table of a foreign key
  adds_unproven,    // the same of rows that come; those that exist are asked by what proves_rows
  proves_rows,      // object: a constraint that the same run added so
  retypes_column,   // object: the column, `type`; from the one that the catalog has this rewrites nothing
  builds_index,     // without CONCURRENTLY: writers wait
  adds_enum_value,  // object: the label
  types_column,     // object: its name, which has `type` from here on
};

struct StatementEffect {
  EffectKind kind = EffectKind::locks_table;
  std::string table;        // identity of the table or type as CatalogObject has it; empty: none
  std::string object;       // column, label, constraint
  std::string reason;       // "DROP COLUMN note", "ALTER COLUMN n TYPE text": a phrase for people
  std::string lock;         // "AccessExclusiveLock"; empty where the engine has no such locks
  std::string violations;   // SQL that gives one number: how many rows break the constraint
  std::string parent = {};  // identity
  std::string type = {};    // of the column, which gets it; empty: not known
};

struct TableSize {
  bool known = false;  // false: there is no such table
  bool exact = false;  // rows were counted, not estimated
  std::int64_t rows = 0;
  std::int64_t bytes = 0;  // without indexes; 0 where the engine does not say
};

struct ChangedRows {
  std::string table;  // identity
  std::int64_t rows = 0;
};

struct TakenLock {
  std::string table;  // identity
  std::string mode;   // the strongest
};

// Watches a run from the moment it is made.
class RunObserver {
 public:
  virtual ~RunObserver() = default;
  // Rows inserted, updated and deleted since the last call, by table; a table without any is left out.
  virtual std::vector<ChangedRows> take_changed_rows() = 0;
  // Plain names in lower case of tables that were dropped, as they were called before: one of that name is
  // another table. Only where the catalog may not tell.
  virtual std::set<std::string> dropped_tables() { return {}; }
  // Locks on tables that `before` has, which were not held at the beginning, sorted by table.
  virtual std::vector<TakenLock> locks(const Catalog& before) = 0;
};

// How all sequences stood when it was made: a rollback leaves the numbers drawn.
class SequenceKeeper {
 public:
  virtual ~SequenceKeeper() = default;
  // After the rollback: puts back those that moved, where nobody else may have drawn meanwhile; a warning
  // names the others.
  virtual void put_back() = 0;
};

}  // namespace whimbrel
