// migrate_validate: everything that is wrong with a source, at once. The static level looks only; the others
// run the pending migrations and roll them back.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/host.h"
#include "common/migration/plan.h"

namespace whimbrel {

enum class ValidationLevel : std::uint8_t { static_, execute, roundtrip };
enum class Severity : std::uint8_t { error, warning, info };

struct Finding {
  std::string file;  // its name, or the version of a registered migration; empty: of none
  std::optional<std::int64_t> line, column;
  Severity severity = Severity::error;
  std::string code;  // WBnnn or the server's own for an error, a word for anything else
  std::string message, hint;
};

// Words of Finding::code, besides those of hazards.
namespace finding {
inline constexpr std::string_view kNoDown = "no_down";
inline constexpr std::string_view kGap = "version_gap";
inline constexpr std::string_view kNoMigrations = "no_migrations";  // in the directory
inline constexpr std::string_view kMissing = "missing_file";        // applied, and not in the source
inline constexpr std::string_view kCosmetic = "cosmetic_change";    // only comments or white space differ
inline constexpr std::string_view kNotRun = "not_run";              // transaction:false
inline constexpr std::string_view kNotRestored = "not_restored";    // by the down part
}  // namespace finding

struct ValidateOptions {
  PlanOptions plan;
  ValidationLevel level = ValidationLevel::static_;
};

// By the order of the source; what concerns the source as a whole comes first. Throws only what keeps it from
// looking at all: a source that cannot be read, an unknown target. Levels above static need
// Host::may_write().
std::vector<Finding> validate_migrations(Host& host, const Cell& source, const ValidateOptions& options);

std::string_view name_of(Severity severity);

}  // namespace whimbrel
