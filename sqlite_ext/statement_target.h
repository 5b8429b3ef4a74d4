// The table that a statement drops, renames, empties or takes rows from, found by its first words. It knows
// no more of the grammar than that; what it cannot read has no target.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace whimbrel::sqlite {

struct StatementTarget {
  enum class Verb { drop_table, rename_table, remove_rows };
  Verb verb = Verb::drop_table;
  std::string table;      // in lower case
  std::string new_name;   // of rename_table, as it stands there
  bool all_rows = false;  // DELETE without a condition
};

// Of DROP TABLE, ALTER TABLE ... RENAME TO, DELETE (behind a WITH too), REPLACE and INSERT OR REPLACE in the
// main database.
std::optional<StatementTarget> target_of(std::string_view statement);

}  // namespace whimbrel::sqlite
