// The state of every migration: the source merged with the history. Never writes.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/host.h"
#include "common/migration/history.h"
#include "common/migration/journal.h"
#include "common/migration/source.h"

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

// A row of migrate_status. All but the note lives as long as the MigrationStatus that it is of.
struct MigrationState {
  std::string_view version;
  std::string_view description;
  std::string_view state;
  bool applied = false;  // the next three are set
  Cell applied_at;
  std::string_view applied_by;
  double duration_ms = 0;
  std::string_view file;  // empty: registered, or recorded without one
  std::string note;       // empty: nothing to say
};

class MigrationStatus {
 public:
  // Reads it. `environments` as in PlanOptions, `form` as in read_source(); with `diff` the note of a changed
  // one has the whole difference, line by line.
  MigrationStatus(Host& host, const Cell& source, std::vector<std::string> environments,
                  const std::optional<std::string>& form = {}, bool diff = false);
  MigrationStatus(const MigrationStatus&) = delete;
  MigrationStatus& operator=(const MigrationStatus&) = delete;

  // Sorted by version. Without a source, and with nothing registered, the history alone.
  const std::vector<MigrationState>& rows() const { return rows_; }

 private:
  void add_files(Host& host, bool diff);
  void add_incomplete();
  MigrationState state_of_pending(Host& host, const SourceFile& file, const AppliedMigration* highest);

  std::vector<std::string> environments_;
  History history_;
  Source source_;
  std::map<std::string, Incomplete> incomplete_;
  std::deque<std::string> descriptions_;  // those that only a file's text has
  std::vector<MigrationState> rows_;
};

}  // namespace whimbrel
