#include "common/migration/status.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "common/error.h"
#include "common/migration/file_name.h"
#include "common/migration/pending.h"
#include "common/migration/source.h"

namespace whimbrel {

namespace {

// An unchanged file takes microseconds, asking the engine is not free.
constexpr std::size_t kFilesPerInterruptCheck = 64;

MigrationState state_of_applied(const AppliedMigration& applied, std::string_view state) {
  MigrationState row;
  row.version = applied.version;
  row.description = applied.description;
  row.state = state;
  row.applied = true;
  row.applied_at = applied.applied_at;
  row.applied_by = applied.applied_by;
  row.duration_ms = applied.duration_ms;
  row.file = applied.file;
  return row;
}

// A text that cannot be read is a note here: the status shows the others all the same.
MigrationState compare(Host& host, const SourceFile& file, const AppliedMigration& applied) {
  MigrationState row = state_of_applied(applied, state::kApplied);
  row.file = file.name;
  if (row.description.empty()) row.description = file.description;
  try {
    const Likeness likeness = compare_with_applied(host, file, applied);
    if (likeness == Likeness::tokens)
      row.note = "other comments, white space or line ends than when it was applied";
    if (likeness == Likeness::changed) {
      row.state = state::kChanged;
      row.note = describe_change(host, file, applied);
    }
  } catch (const Error& error) {
    if (error.code != code::kMigrationSyntax && error.code != code::kInvalidText) throw;
    row.state = state::kChanged;
    row.note = error.message;
  }
  return row;
}

MigrationState state_of_pending(Host& host, const SourceFile& file, const AppliedMigration* highest) {
  MigrationState row;
  row.version = file.version;
  row.description = file.description;
  row.state = state::kPending;
  row.file = file.name;
  if (is_out_of_order(file, highest)) {
    row.state = state::kOutOfOrder;
    row.note = "version " + highest->version + " is already applied";
  }
  try {
    const NativeForm form = read_form(host, file);
    if (!form.description.empty()) row.description = form.description;
  } catch (const Error& error) {
    if (error.code != code::kMigrationSyntax && error.code != code::kInvalidText) throw;
    row.note = error.message;
  }
  return row;
}

}  // namespace

std::vector<MigrationState> read_status(Host& host, const Cell& source_argument) {
  const Source source = read_source(host, source_argument);
  const History history = History::read(host);
  const AppliedMigration* highest = history.highest();
  const bool history_alone = !source.given && source.files.empty();
  std::vector<MigrationState> rows;
  std::unordered_set<const AppliedMigration*> matched;
  rows.reserve(std::max(source.files.size(), history.applied().size()));
  for (std::size_t i = 0; i < source.files.size(); ++i) {
    const SourceFile& file = source.files[i];
    if (i % kFilesPerInterruptCheck == 0) host.check_interrupt();
    if (const AppliedMigration* applied = find_applied(history, file)) {
      matched.insert(applied);
      rows.push_back(compare(host, file, *applied));
    } else {
      rows.push_back(state_of_pending(host, file, highest));
    }
  }
  for (const AppliedMigration& applied : history.applied()) {
    if (matched.contains(&applied)) continue;
    rows.push_back(state_of_applied(applied, history_alone ? state::kApplied : state::kMissing));
    if (!history_alone) rows.back().note = "applied, but not in the source";
  }
  const auto below = [](const MigrationState& a, const MigrationState& b) {
    return compare_versions(a.version, b.version) < 0;
  };
  // As the source is, mostly.
  if (!std::is_sorted(rows.begin(), rows.end(), below)) std::stable_sort(rows.begin(), rows.end(), below);
  return rows;
}

}  // namespace whimbrel
