#include "common/bundle/rollback.h"

#include <algorithm>

#include "common/bundle/load.h"
#include "common/bundle/value_text.h"
#include "common/cell_copy.h"
#include "common/error.h"
#include "common/transfer/cell_equality.h"
#include "common/transfer/key_set.h"
#include "common/transfer/references/key_cell.h"
#include "common/undo.h"

namespace whimbrel {

namespace {

constexpr std::size_t kShown = 100;  // conflicts that an error lists

class Rollback {
 public:
  Rollback(Host& host, std::int64_t number, bool dry_run)
      : host_(host), dry_run_(dry_run), schema_(host.read_schema()), undone_(find_run(host, number)) {}

  BundleOutcome run() {
    if (undone_.undone_by != 0)
      throw Error(code::kInvalidArgument, "run " + std::to_string(undone_.number) + " of bundle \"" +
                                              undone_.bundle + "\" was undone by run " +
                                              std::to_string(undone_.undone_by));
    sets_ = inverse(read_changes(host_, schema_, undone_.replaced, arena_));
    written_or_undone(host_, dry_run_, [&] { write(); });
    return std::move(outcome_);
  }

 private:
  void write() {
    for (const Table& table : schema_.tables)
      if (std::any_of(sets_.begin(), sets_.end(), [&](const ChangeSet& set) { return set.table == &table; }))
        host_.lock_rows(table);
    for (ChangeSet& set : sets_) look_at(set);
    refuse_conflicts();
    BundleRun run;
    for (const auto& [table, counts] : apply_changes(host_, schema_, sets_)) {
      outcome_.tables.push_back({table->display_name(), counts.inserted, counts.updated, counts.deleted, 0});
      run.inserted += counts.inserted;
      run.updated += counts.updated;
      run.deleted += counts.deleted;
    }
    std::sort(outcome_.tables.begin(), outcome_.tables.end(),
              [](const BundleTableOutcome& a, const BundleTableOutcome& b) { return a.table < b.table; });
    outcome_.summary = "undo run " + std::to_string(undone_.number) + " (" + undone_.summary + ")";
    run.bundle = undone_.bundle;
    run.action = "rollback";
    run.summary = outcome_.summary;
    run.replaced = changes_text(host_, sets_);
    const std::int64_t number = add_run(host_, run, std::nullopt);
    mark_undone(host_, undone_.number, number);
    if (dry_run_) return;
    outcome_.run = number;
    tell_lost_secrets();
  }

  void conflict(const ChangeSet& set, std::size_t row, const std::string& what) {
    ++count_;
    if (conflicts_.size() < kShown)
      conflicts_.push_back("table \"" + set.table->display_name() + "\", row " +
                           shown_key(set.key_of(row), set.key.size()) + ": " + what);
  }

  // Whether the rows are as the run left them.
  void look_at(ChangeSet& set) {
    std::vector<bool> seen(set.rows, false);
    const bool was_new = !set.left.empty();
    if (was_new) set.before.resize(set.rows * set.columns.size());
    ColumnsHash hash(*set.table, set.columns);
    WithoutSecrets without(set);
    Arena arena;
    CellEquality equality(*set.table, set.columns);
    find_many(host_, *set.table, set.key, set.columns, set.keys, [&](std::size_t row, const Cell* cells) {
      seen[row] = true;
      if (set.action == ChangeAction::insert) {
        conflict(set, row, "it is there again");
        return;
      }
      arena.clear();
      cells = without.of(cells, arena);
      if (was_new) {
        if (hash.of(cells).low != set.left[row]) conflict(set, row, "it has changed since");
        for (std::size_t i = 0; i < set.columns.size(); ++i)
          set.before[row * set.columns.size() + i] = copy_cell(cells[i], arena_);
        return;
      }
      const Cell* const left = set.before_of(row);
      for (std::size_t i = 0; i < set.columns.size(); ++i) {
        if (left[i].tag == Tag::absent || equality.same(i, left[i], cells[i])) continue;
        const Column& column = set.table->columns[set.columns[i]];
        conflict(set, row,
                 "column \"" + column.name + "\" has changed since, from " +
                     shown_cell(left[i], column.kind) + " to " + shown_cell(cells[i], column.kind));
      }
    });
    set.left.clear();
    for (std::size_t row = 0; row < set.rows; ++row) {
      if (set.action != ChangeAction::insert) {
        if (!seen[row]) conflict(set, row, "it is gone");
        continue;
      }
      for (const DocumentSecrets& secret : set.inside) {
        const Column& column = set.table->columns[secret.column];
        if (secret.paths.empty() && column.not_null && !column.has_default)
          conflict(set, row, "its secret \"" + column.name + "\" was not kept and cannot be null");
      }
    }
  }

  void refuse_conflicts() const {
    if (count_ == 0) return;
    std::string detail;
    for (const std::string& one : conflicts_) detail += (detail.empty() ? "" : "\n") + one;
    throw Error(
        code::kChangedSince,
        "run " + std::to_string(undone_.number) + " of bundle \"" + undone_.bundle +
            "\" cannot be undone: " + conflicts_[0] +
            (count_ == 1 ? std::string() : " (and " + std::to_string(count_ - 1) + " more conflicts)"),
        detail, "Nothing was undone. Undo later runs first, or import a backup document.");
  }

  void tell_lost_secrets() {
    for (const ChangeSet& set : sets_) {
      if (set.action == ChangeAction::update && !set.taken.empty()) {
        std::string names;
        for (const std::string& name : set.taken)
          names += (names.empty() ? "\"" : ", \"") + set.table->display_name() + "." + name + "\"";
        host_.notice(NoticeLevel::warning,
                     "bundle \"" + undone_.bundle + "\": secrets that run " + std::to_string(undone_.number) +
                         " took stay, since what they " + "replaced was never kept: " + names);
      }
      if (set.action != ChangeAction::insert || set.rows == 0 || set.inside.empty()) continue;
      host_.notice(NoticeLevel::warning, "bundle \"" + undone_.bundle + "\": " + std::to_string(set.rows) +
                                             " rows of table \"" + set.table->display_name() +
                                             "\" are back without their secrets, which are never kept");
    }
  }

  Host& host_;
  const bool dry_run_;
  const Schema schema_;
  const BundleRun undone_;
  Arena arena_;
  std::vector<ChangeSet> sets_;
  std::vector<std::string> conflicts_;
  std::size_t count_ = 0;
  BundleOutcome outcome_;
};

}  // namespace

BundleOutcome rollback_run(Host& host, std::int64_t run, bool dry_run) {
  return Rollback(host, run, dry_run).run();
}

}  // namespace whimbrel
