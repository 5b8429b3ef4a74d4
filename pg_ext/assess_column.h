// What a new column, or a new type of one, means for the rows of a table.
#pragma once

#include <string>

#include "pg_ext/pg.h"

namespace whimbrel::pg {

struct ColumnChange {
  bool rewrites = false;     // every row is written anew
  bool needs_value = false;  // NOT NULL and nothing to put there: fails when there is a row
  std::string reason;        // "DEFAULT with a volatile function"
};
ColumnChange assess_new_column(const ColumnDef& column);

// By the rules of ALTER TABLE: a type that only relabels the stored bytes, or only lifts a limit, needs no
// rewrite, also where USING says no more than that. True for a column that is not there.
bool type_change_rewrites(Oid table, const char* column, const ColumnDef* definition);

// Whether a column of the first type becomes one of the second without a rewrite, by the same rules; both as
// type_of() gives them.
bool type_relabels(const std::string& from, const std::string& to);

// The type of a column as the server writes it; empty when it does not exist yet.
std::string type_of(const ColumnDef* definition);

}  // namespace whimbrel::pg
