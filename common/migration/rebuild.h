// How a table that a migration drops comes back with its rows: a new one is filled and takes its name, or its
// rows are kept in another one meanwhile. The ways to change a table in SQLite.
#pragma once

#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/host.h"
#include "common/migration/row_copy.h"
#include "common/migration/script.h"

namespace whimbrel {

struct Rebuild {
  std::string next;           // takes its name
  bool all_rows = false;      // all of them are copied
  std::vector<RowCopy> way;   // by these; empty: not known
  std::string_view creation;  // the statement that makes the new table
};

// Of the table that statement `at` of `all` drops.
std::optional<Rebuild> rebuild_of(Host& host, const std::string& table, std::span<const ScriptStatement> all,
                                  std::size_t at);

// Of a table that the catalog calls `known` still: the copy of all its rows in one of `new_tables`, which are
// keys, made before or after it got another name.
std::optional<Rebuild> copy_of_renamed(Host& host, const std::string& table, const std::string& known,
                                       std::span<const ScriptStatement> before,
                                       const std::set<std::string>& new_tables);

}  // namespace whimbrel
