// A load of many rows into an empty table: its indexes are built once at the end, and its foreign keys
// checked by one query each, as a restore of a dump does. No definition is touched: the indexes are rebuilt
// as REINDEX does it, the checks left out are those of this insert alone. Decides and does; the rows are the
// inserter's.
#pragma once

#include <span>
#include <vector>

#include "common/schema/model.h"
#include "pg_ext/pg.h"

namespace whimbrel::pg {

class Load {
 public:
  // Rows of a table that are inserted before it is decided. Below, rebuilding costs more than it saves.
  static constexpr std::size_t kRowsToDecide = 4000;

  // Of Host: see there.
  void begin(std::span<const Table* const> tables);
  void finish();
  bool has_loaded() const { return loaded_; }
  // An inserter gives the server several rows in one statement, whose error names none of them.
  void note_set() { loaded_ = true; }

  // The rest for an inserter, inside pg_call.

  // Whether it is worth to wait with the indexes and triggers of the first rows: take() may say yes.
  static bool suits(Relation table);
  // After kRowsToDecide rows of the current command: whether the table was empty and nobody else uses it.
  // Then the checks that finish() will make are off in `triggers`, the inserter's own copy (may be null), and
  // nobody else can use the table's indexes or change it or its parents.
  bool take(Relation table, TriggerDesc* triggers);
  // At the end, when the inserter has closed the indexes; throws for what breaks one that is unique.
  static void rebuild_indexes(Relation table);

 private:
  struct Check {
    Oid table;
    Oid parent;
    Oid constraint;
  };

  bool may_leave_check(Relation table, const Trigger& trigger) const;

  std::vector<Oid> tables_;
  std::vector<Check> left_;
  bool loaded_ = false;
};

}  // namespace whimbrel::pg
