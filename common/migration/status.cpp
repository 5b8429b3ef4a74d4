#include "common/migration/status.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "common/error.h"
#include "common/migration/file_name.h"
#include "common/migration/journal.h"
#include "common/migration/pending.h"
#include "common/migration/plan.h"

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
      row.note = describe_change(host, file, applied);
      if (row.note.empty())
        row.note = "its text differs from the one that was applied";
      else if (diff)
        row.note += "\n" + show_changes(host, file, form, applied);
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

}  // namespace

MigrationStatus::MigrationStatus(Host& host, const Cell& source_argument,
                                 std::vector<std::string> environments,
                                 const std::optional<std::string>& form, bool diff)
    : environments_(std::move(environments)) {
  SourceReading reading(host, source_argument, form);
  history_ = History::read(host, reading.expected());
  source_ = reading.finish();
  incomplete_ = read_incomplete(host);
  rows_.reserve(std::max(source_.files.size(), history_.applied().size()));
  add_files(host, diff);
  if (!incomplete_.empty()) add_incomplete();
  const auto below = [](const MigrationState& a, const MigrationState& b) {
    return compare_versions(a.version, b.version) < 0;
  };
  // As the source is, mostly.
  if (!std::is_sorted(rows_.begin(), rows_.end(), below)) std::stable_sort(rows_.begin(), rows_.end(), below);
}

// And behind them what is applied and has none.
void MigrationStatus::add_files(Host& host, bool diff) {
  const AppliedMigration* highest = history_.highest();
  const std::vector<AppliedMigration>& all = history_.applied();
  std::vector<bool> matched(all.size());
  const std::vector<const SourceFile*> files = files_in_force(source_, history_);
  for (std::size_t i = 0; i < files.size(); ++i) {
    const SourceFile& file = *files[i];
    if (i % kFilesPerInterruptCheck == 0) host.check_interrupt();
    if (const AppliedMigration* applied = find_applied(history_, file)) {
      if (!applied->baseline || compare_versions(applied->version, file.version) == 0)
        matched[static_cast<std::size_t>(applied - all.data())] = true;
      rows_.push_back(compare(host, file, *applied, diff));
    } else {
      rows_.push_back(state_of_pending(host, file, highest));
    }
  }
  const bool history_alone = !source_.given && source_.files.empty();
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (matched[i]) continue;
    const bool missing = !history_alone && !all[i].baseline;
    rows_.push_back(state_of_applied(all[i], missing ? state::kMissing : state::kApplied));
    if (missing) rows_.back().note = "applied, but not in the source";
  }
}

MigrationState MigrationStatus::state_of_pending(Host& host, const SourceFile& file,
                                                 const AppliedMigration* highest) {
  MigrationState row;
  row.version = file.version;
  row.description = file.description;
  row.state = state::kPending;
  row.file = file.name;
  bool ordered = true;
  with_form(host, file, row, [&](const Form& form) {
    row.description = descriptions_.emplace_back(description_of(file, form));
    ordered = !form.repeatable;
    if (!is_for_other_environment(form, environments_)) return;
    row.state = state::kSkipped;
    row.note = "for the environment";
    const char* before = " ";
    for (const auto* wanted : {&form.environments, &form.labels}) {
      for (const std::string& one : *wanted) {
        row.note += before + one;
        before = ", ";
      }
      if (!wanted->empty()) before = " with ";
    }
  });
  if (ordered && !file.any_order && row.state == state::kPending && is_out_of_order(file, highest)) {
    row.state = state::kOutOfOrder;
    if (row.note.empty()) row.note = "version " + highest->version + " is already applied";
  }
  return row;
}

void MigrationStatus::add_incomplete() {
  std::set<std::string_view> gone;  // begun, and gone from the source
  for (const auto& [version, one] : incomplete_) gone.insert(version);
  for (MigrationState& row : rows_) {
    const auto found = incomplete_.find(std::string(row.version));
    if (found == incomplete_.end()) continue;
    row.state = state::kIncomplete;
    row.note = found->second.note;
    gone.erase(found->first);
  }
  for (const std::string_view version : gone) {
    MigrationState& row = rows_.emplace_back();
    row.version = version;
    row.state = state::kIncomplete;
    row.note = incomplete_.at(std::string(version)).note;
  }
}

}  // namespace whimbrel
