// Queries that count the rows of a table that a new constraint would refuse. Columns are quoted names.
#pragma once

#include <string>
#include <vector>

#include "pg_ext/named_relation.h"
#include "pg_ext/statements.h"

namespace whimbrel::pg {

bool has_column(const RelationName& table, const char* column);
// Of a parser's list; empty when one of them does not exist yet.
std::vector<std::string> names_of(const RelationName& table, const List* columns);
std::vector<std::string> primary_key_of(Statements& statements, const RelationName& table);

std::string count_rows(const RelationName& table, const std::string& condition);
// Rows whose values others have too, of those that `condition` takes (empty: all), and with `not_null` those
// with a null.
std::string count_duplicates(const RelationName& table, const std::vector<std::string>& columns,
                             const std::string& condition, bool not_null);
// Rows without their parent.
std::string count_orphans(const RelationName& table, const std::vector<std::string>& columns,
                          const RelationName& parent, const std::vector<std::string>& keys);

}  // namespace whimbrel::pg
