// Queries that count the rows of a table that a new constraint would refuse, whatever the search_path is.
#pragma once

#include <string>
#include <vector>

#include "pg_ext/named_relation.h"
#include "pg_ext/statements.h"

namespace whimbrel::pg {

bool has_column(const RelationName& table, const char* column);
// Of a parser's list; empty when one of them does not exist yet.
std::vector<AttrNumber> columns_of(const RelationName& table, const List* columns);
std::vector<AttrNumber> primary_key_of(Statements& statements, const RelationName& table);
// "a, b"
std::string list_of(const RelationName& table, const std::vector<AttrNumber>& columns);

// What stands behind FROM: the rows of a table for a constraint that those which inherit from it get too, and
// for one that they do not (as a key; partitions get it).
std::string rows_with_heirs(const RelationName& table);
std::string rows_of_table(const RelationName& table);

std::string count_rows(const std::string& rows, const std::string& condition);

struct Uniqueness {
  std::vector<AttrNumber> columns;
  std::string condition = {};  // which rows it is about; empty: all
  bool not_null = false;       // rows with a null break it too
  bool nulls_equal = false;    // NULLS NOT DISTINCT
};
// Rows whose values others have too.
std::string count_duplicates(const RelationName& table, const Uniqueness& unique);

struct Reference {
  std::vector<AttrNumber> columns, keys;  // of the table, and of its parent
  bool full = false;                      // MATCH FULL: no column is null, or all are
};
// Rows without their parent.
std::string count_orphans(const RelationName& table, const RelationName& parent, const Reference& reference);

}  // namespace whimbrel::pg
