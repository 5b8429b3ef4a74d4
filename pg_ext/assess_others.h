// The tables beside its own that a statement reaches: those at the other ends of foreign keys, and what
// CASCADE takes along.
#pragma once

#include <string>
#include <vector>

#include "pg_ext/pg.h"
#include "pg_ext/statements.h"

namespace whimbrel::pg {

// What goes with, or is made anew for: all of a table, a column of it, or a constraint.
struct TablePart {
  Oid table = InvalidOid;
  const char* column = nullptr;
  const char* constraint = nullptr;
};

struct OtherTable {
  Oid table = InvalidOid;
  std::string what;  // "foreign key c_p_fkey of public.c"; of a type: a column of it, quoted
};

// To whom the foreign keys of it refer.
std::vector<OtherTable> parents_of(Statements& statements, const TablePart& part);
// Whose foreign keys refer to it.
std::vector<OtherTable> children_of(Statements& statements, const TablePart& part);

// Tables that TRUNCATE … CASCADE empties too.
std::vector<Oid> tables_truncated_with(Statements& statements, Oid table);
// Tables that inherit from it, which DROP TABLE … CASCADE drops too.
std::vector<Oid> heirs_of(Statements& statements, Oid table);
// These, and partitions: all that ALTER TABLE changes with it.
std::vector<Oid> tables_below(Statements& statements, Oid table);
// Columns that DROP TYPE … CASCADE drops.
std::vector<OtherTable> columns_of_type(Statements& statements, Oid type);

}  // namespace whimbrel::pg
