// Where a script names Whimbrel's own tables: files that record themselves write into them.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "common/host.h"
#include "common/sql/lexer.h"

namespace whimbrel {

// Of Whimbrel's tables, and of what lies in SQLite's catalog: a shorter token names none of them.
inline constexpr std::size_t kShortestOwnName = 7;

// Whether it names this table, a string anywhere in it: a function's body may be one.
bool mentions_own_table(const sql::Token& token, std::string_view table);

// Whether it names a table of the migrations, or what lies in the catalog of SQLite.
bool may_name_own_table(const sql::Token& token);

// Where a statement names schema_migrations as the table that it writes.
struct OwnTarget {
  std::size_t offset = 0;
  std::size_t length = 0;
  bool qualified_by_owner = false;
  bool inserts = false;
};
std::optional<OwnTarget> find_own_target(std::string_view statement, const Dialect& dialect);

}  // namespace whimbrel
