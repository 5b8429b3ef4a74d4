#include "pg_ext/deferred_checks.h"

#include "common/each_row.h"
#include "common/text/ascii.h"

namespace whimbrel::pg {

namespace {

// As SET CONSTRAINTS calls them, which takes no name that stands for another constraint too that cannot be
// deferred.
constexpr std::string_view kInitiallyDeferred = R"sql(
SELECT DISTINCT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(k.conname)
FROM pg_catalog.pg_constraint k
JOIN pg_catalog.pg_namespace n ON n.oid = k.connamespace
WHERE k.condeferred AND NOT EXISTS (
  SELECT FROM pg_catalog.pg_constraint other
  WHERE other.connamespace = k.connamespace AND other.conname = k.conname AND NOT other.condeferrable))sql";

}  // namespace

void DeferredChecks::look_at(std::string_view sql) {
  if (!contains_lower(sql, "defer")) return;
  known_ = false;
  mode_changed_ = mode_changed_ || contains_lower(sql, "constraints");
}

std::string DeferredChecks::read_names() {
  std::string names;
  for_each_row(statements_, kInitiallyDeferred, {},
               [&](const Cell* row) { (names += names.empty() ? "" : ", ") += row[0].view(); });
  return names;
}

void DeferredChecks::run() {
  if (known_ && !there_are_some_ && !mode_changed_) return;
  const std::string names = read_names();
  known_ = true;
  there_are_some_ = !names.empty();
  if (mode_changed_)
    statements_.execute("SET CONSTRAINTS ALL IMMEDIATE", {});
  else if (there_are_some_)
    statements_.execute("SET CONSTRAINTS " + names + " IMMEDIATE", {});
  if (there_are_some_) statements_.execute("SET CONSTRAINTS " + names + " DEFERRED", {});
}

}  // namespace whimbrel::pg
