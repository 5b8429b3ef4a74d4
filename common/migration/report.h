// The status as text for people, or as one JSON document.
#pragma once

#include <span>
#include <string>

#include "common/migration/status.h"

namespace whimbrel {

// Totals, then one line per migration, no line end at the end:
//   Migrations: 3 applied, 1 pending
//   [✓ Applied] 001 initial schema (2026-11-20 18:00:00, 12 ms)
std::string report_text(std::span<const MigrationState> rows);

// {"totals":{"applied":3,…},"migrations":[{"version":"001",…},…]}: every state is in the totals, the keys of
// a migration are the columns of migrate_status.
std::string report_json(std::span<const MigrationState> rows);

}  // namespace whimbrel
