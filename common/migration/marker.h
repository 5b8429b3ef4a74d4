// The line that opens a part of the native form: -- migrate:up transaction:false engine:postgresql
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/migration/form.h"

namespace whimbrel {

struct Marker {
  PartKind kind = PartKind::up;
  std::string_view engine;  // empty: for both
  std::optional<bool> transaction;
  std::vector<std::string> environments;
  std::vector<std::string> required;
  bool repeatable = false;
};

std::string_view name_of(PartKind kind);  // "up", "down", "verify"

// `line` is what stands behind "migrate:"; `place` (`migration "003_add_tags.sql", line 12`) opens the
// message of a kMigrationSyntax for what is not known, given twice, or has no meaning for this part.
Marker parse_marker(std::string_view place, std::string_view line);

}  // namespace whimbrel
