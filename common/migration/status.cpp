#include "common/migration/status.h"

#include <algorithm>
#include <map>
#include <unordered_set>
#include <utility>

#include "common/error.h"
#include "common/migration/file_name.h"
#include "common/migration/journal.h"
#include "common/migration/pending.h"
#include "common/migration/plan.h"
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
  row.applied_at = KeptCell(applied.applied_at);
  row.applied_by = applied.applied_by;
  row.duration_ms = applied.duration_ms;
  row.file = applied.file;
  return row;
}

// Reads the form for `use`; a text that cannot be read is a note here, since the status shows the others all
// the same.
template <typename Use>
bool with_form(const Host& host, const SourceFile& file, MigrationState& row, Use&& use) {
  try {
    use(read_form(host, file));
    return true;
  } catch (const Error& error) {
    if (error.code != code::kMigrationSyntax && error.code != code::kInvalidText) throw;
    row.note = error.message;
    return false;
  }
}

MigrationState state_of_changed(Host& host, const SourceFile& file, const AppliedMigration& applied,
                                MigrationState row, bool diff) {
  const bool readable = with_form(host, file, row, [&](const Form& form) {
    if (compare_with_applied(file, form, applied) == Likeness::tokens) {
      row.note = "other comments, white space or line ends than when it was applied";
    } else if (form.repeatable) {
      row.state = state::kRepeatable;
      row.note = "its text has changed: it will be applied again";
    } else {
      row.state = state::kChanged;
      if (!host.may_read_texts()) {
        row.note = "its text differs from the one that was applied";
        return;
      }
      row.note = describe_change(host, file, applied);
      if (diff) row.note += "\n" + show_changes(host, file, form, applied);
    }
  });
  if (!readable) row.state = state::kChanged;
  return row;
}

MigrationState compare(Host& host, const SourceFile& file, const AppliedMigration& applied, bool diff) {
  MigrationState row = state_of_applied(applied, state::kApplied);
  row.file = file.name;
  if (applied.baseline && applied.version != file.version) {
    row.version = file.version;
    row.description = file.description;
    row.note = "below the baseline " + applied.version;
  }
  if (row.description.empty()) row.description = file.description;
  if (applied.checksum.empty() || applied.checksum == file.checksum) return row;
  return state_of_changed(host, file, applied, std::move(row), diff);
}

MigrationState state_of_pending(Host& host, const SourceFile& file, const AppliedMigration* highest,
                                const std::vector<std::string>& environments) {
  MigrationState row;
  row.version = file.version;
  row.description = file.description;
  row.state = state::kPending;
  row.file = file.name;
  bool ordered = true;
  with_form(host, file, row, [&](const Form& form) {
    row.description = description_of(file, form);
    ordered = !form.repeatable;
    if (!is_for_other_environment(form, environments)) return;
    row.state = state::kSkipped;
    row.note = "for the environment";
    for (const std::string& one : form.environments)
      row.note += (&one == form.environments.data() ? " " : ", ") + one;
  });
  if (ordered && !file.any_order && row.state == state::kPending && is_out_of_order(file, highest)) {
    row.state = state::kOutOfOrder;
    if (row.note.empty()) row.note = "version " + highest->version + " is already applied";
  }
  return row;
}

}  // namespace

std::vector<MigrationState> read_status(Host& host, const Cell& source_argument,
                                        const std::vector<std::string>& environments,
                                        const std::optional<std::string>& form, bool diff) {
  SourceReading reading(host, source_argument, form);
  const History history = History::read(host, reading.expected());
  const Source source = reading.finish();
  std::map<std::string, std::string> incomplete = read_incomplete(host);
  const AppliedMigration* highest = history.highest();
  const bool history_alone = !source.given && source.files.empty();
  std::vector<MigrationState> rows;
  std::unordered_set<const AppliedMigration*> matched;
  rows.reserve(std::max(source.files.size(), history.applied().size()));
  const std::vector<const SourceFile*> files = files_in_force(source, history);
  for (std::size_t i = 0; i < files.size(); ++i) {
    const SourceFile& file = *files[i];
    if (i % kFilesPerInterruptCheck == 0) host.check_interrupt();
    if (const AppliedMigration* applied = find_applied(history, file)) {
      if (!applied->baseline || compare_versions(applied->version, file.version) == 0)
        matched.insert(applied);
      rows.push_back(compare(host, file, *applied, diff));
    } else {
      rows.push_back(state_of_pending(host, file, highest, environments));
    }
  }
  for (const AppliedMigration& applied : history.applied()) {
    if (matched.contains(&applied)) continue;
    const bool missing = !history_alone && !applied.baseline;
    rows.push_back(state_of_applied(applied, missing ? state::kMissing : state::kApplied));
    if (missing) rows.back().note = "applied, but not in the source";
  }
  for (MigrationState& row : rows) {
    const auto found = incomplete.find(row.version);
    if (found == incomplete.end()) continue;
    row.state = state::kIncomplete;
    row.note = found->second;
    incomplete.erase(found);
  }
  for (auto& [version, note] : incomplete) {  // begun, and gone from the source
    MigrationState& row = rows.emplace_back();
    row.version = version;
    row.state = state::kIncomplete;
    row.note = std::move(note);
  }
  const auto below = [](const MigrationState& a, const MigrationState& b) {
    return compare_versions(a.version, b.version) < 0;
  };
  // As the source is, mostly.
  if (!std::is_sorted(rows.begin(), rows.end(), below)) std::stable_sort(rows.begin(), rows.end(), below);
  return rows;
}

}  // namespace whimbrel
