// The state of every migration: the source merged with the history. Never writes.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/host.h"
#include "common/migration/history.h"

namespace whimbrel {

namespace state {
inline constexpr std::string_view kApplied = "applied";
inline constexpr std::string_view kPending = "pending";
inline constexpr std::string_view kChanged = "changed";          // applied, with another text
inline constexpr std::string_view kMissing = "missing";          // applied, but not in the source
inline constexpr std::string_view kOutOfOrder = "out_of_order";  // pending, below an applied one
inline constexpr std::string_view kIncomplete = "incomplete";    // without a transaction, stopped half way
inline constexpr std::string_view kSkipped = "skipped";          // for another environment
inline constexpr std::string_view kRepeatable = "repeatable";  // applied, and will be again: its text changed
}  // namespace state

// A row of migrate_status.
struct MigrationState {
  std::string version;
  std::string description;
  std::string_view state;
  bool applied = false;  // the next three are set
  KeptCell applied_at;
  std::string applied_by;
  double duration_ms = 0;
  std::string file;  // empty: registered, or recorded without one
  std::string note;  // empty: nothing to say
};

// Sorted by version. Without a source, and with nothing registered, the history alone. `environments` as in
// PlanOptions, `form` as in read_source(); with `diff` the note of a changed one has the whole
// difference, line by line.
std::vector<MigrationState> read_status(Host& host, const Cell& source,
                                        const std::vector<std::string>& environments,
                                        const std::optional<std::string>& form = {}, bool diff = false);

}  // namespace whimbrel
