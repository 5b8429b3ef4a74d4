// A CREATE statement of a document for a table that gets another name here.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "common/transfer/renames.h"

namespace whimbrel::move {

// Of a CREATE TABLE or CREATE INDEX of SQLite: the tables that it names as `renames` calls them, its own,
// those that it refers to and those before a column's dot; the columns of those that it refers to, which have
// their new names already; an index and a constraint with a number behind
// its name where that is one of `taken` (lower case), to which the names that it gives are added.
std::string renamed_statement(std::string_view sql, const Renames& renames, std::set<std::string>& taken);

}  // namespace whimbrel::move
