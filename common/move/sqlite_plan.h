// Tables of PostgreSQL as SQLite would have them: which, under which names, with which statements. Reads the
// catalog, no rows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/host.h"
#include "common/move/sqlite_schema.h"
#include "common/transfer/selection.h"

namespace whimbrel::move {

// May be moved, not copied: `tables` point into `schema`.
struct SqlitePlan {
  SqlitePlan() = default;
  SqlitePlan(SqlitePlan&&) = default;
  SqlitePlan& operator=(SqlitePlan&&) = default;

  Schema schema;
  std::vector<SqliteTable> tables;    // by name
  std::vector<std::string> left_out;  // "view public.v is left out"
};

// Throws kUnsupported where two tables would have one name, or one that SQLite keeps for itself.
SqlitePlan plan_sqlite(Host& host, const SelectionOptions& selection);

// The highest number that the sequence behind the table's identity has given, whatever rows are left.
std::optional<std::int64_t> last_number(Host& host, const SqliteTable& table);

}  // namespace whimbrel::move
