#include "common/migration/redo.h"

#include <algorithm>
#include <utility>

#include "common/error.h"
#include "common/migration/call_text.h"
#include "common/migration/file_name.h"
#include "common/migration/incomplete.h"
#include "common/migration/rehearsal.h"
#include "common/migration/source.h"

namespace whimbrel {

namespace {

constexpr std::string_view kRedo = "redo";  // both halves, in the log

// A migration as it was applied, ready to run again. Its parts point into `stored`.
PlannedMigration plan_stored(Host& host, const StoredMigration& stored, const SourceFile& file, bool verify) {
  const StoredTexts& texts = stored.texts;
  PlannedMigration planned;
  planned.file = &file;
  planned.description = file.description;
  planned.texts = {texts.up, texts.down, texts.verify, texts.verify_by_running, texts.required};
  planned.form.token_checksum = stored.applied->token_checksum;
  planned.form.repeatable = stored.applied->repeatable;
  planned.form.has_down = texts.down.has_value();
  // Lines are those of the stored texts.
  const std::string subject =
      file.subject() + " (" + call_about(host, "migrate_sql", file.version, "up") + ")";
  const auto add = [&](PartKind kind, const std::string& text, bool transaction) {
    planned.form.parts.push_back({.kind = kind,
                                  .text = text,
                                  .length = text.size(),
                                  .transaction = transaction,
                                  .subject = kind == PartKind::up ? subject : file.subject(),
                                  .by_running = kind == PartKind::verify && texts.verify_by_running,
                                  .own_transactions = true});
    return Script(host, planned.form.parts.back());
  };
  planned.up.push_back(add(PartKind::up, texts.up, texts.up_transaction));
  if (verify && !texts.verify.empty()) planned.verify.push_back(add(PartKind::verify, texts.verify, true));
  if (texts.down)
    planned.form.parts.push_back(
        {PartKind::down, *texts.down, 0, texts.down->size(), texts.down_transaction, file.subject()});
  return planned;
}

// The place of a version in the order of application before.
std::size_t place_of(const std::vector<StoredMigration>& undone, const std::string& version) {
  const auto found = std::find_if(undone.begin(), undone.end(), [&](const StoredMigration& one) {
    return compare_versions(one.applied->version, version) == 0;
  });
  return static_cast<std::size_t>(undone.end() - found);
}

std::vector<PlannedMigration> plan_from(Host& host, const Source& source, const History& history,
                                        const std::vector<StoredMigration>& undone, PlanOptions options) {
  options.only.emplace();
  options.allow_out_of_order = true;
  for (const StoredMigration& one : undone) options.only->push_back(one.applied->version);
  std::vector<PlannedMigration> plan = make_plan(host, source, history, options);
  for (const StoredMigration& one : undone) {
    const bool found = std::any_of(plan.begin(), plan.end(), [&](const PlannedMigration& planned) {
      return compare_versions(planned.file->version, one.applied->version) == 0;
    });
    if (found) continue;
    throw Error(code::kUnknownVersion,
                one.applied->subject() + " cannot be applied again: the source does not have it",
                "It is missing there, or for another environment than the option \"env\" names.",
                "Without the option \"source\" the text that the database keeps is applied.");
  }
  std::stable_sort(plan.begin(), plan.end(), [&](const PlannedMigration& a, const PlannedMigration& b) {
    return place_of(undone, a.file->version) < place_of(undone, b.file->version);
  });
  return plan;
}

void apply_plan(Host& host, std::vector<PlannedMigration> plan, const History& history, bool dry_run,
                std::vector<Outcome>& outcomes) {
  for (const PlannedMigration& one : plan) require_transaction(one);
  HistoryWriter writer(host);
  std::int64_t seq = history.last_seq();
  for (PlannedMigration& one : plan) {
    one.action = kRedo;
    Outcome outcome;
    if (const std::optional<Error> error = run_migration(host, one, ++seq, writer, outcome))
      throw Error(*error);
    if (dry_run) outcome.status = "would_apply";
    outcomes.push_back(std::move(outcome));
  }
  writer.flush();
}

void require_texts(const std::vector<StoredMigration>& undone) {
  for (const StoredMigration& one : undone) {
    if (!one.texts.up.empty() || !one.applied->checksum.empty()) continue;
    throw Error(code::kUnknownVersion,
                one.applied->subject() + " cannot be applied again: the database does not keep its text",
                "It was recorded without it.", "Name the files by the option \"source\".");
  }
}

}  // namespace

std::vector<Outcome> redo_migrations(Host& host, const RedoOptions& options) {
  check_options(options.undo);
  std::optional<Source> source;
  if (options.source) source = read_source(host, Cell::text(*options.source), options.plan.form);
  std::vector<Outcome> outcomes;
  run_or_rehearse(host, options.undo.dry_run, outcomes, [&] {
    host.lock_migrations();
    host.ensure_own_tables(OwnTables::migrations);
    const History before = History::read(host);
    refuse_others_incomplete(host, before);
    const std::vector<StoredMigration> undone = choose_undone(host, before, &options.undo);
    if (undone.empty()) return;
    if (!source) require_texts(undone);
    undo_migrations(host, before, undone, kRedo, options.undo.dry_run, outcomes);
    const History history = History::read(host);
    if (source) {
      apply_plan(host, plan_from(host, *source, history, undone, options.plan), history, options.undo.dry_run,
                 outcomes);
      return;
    }
    std::vector<SourceFile> files;
    files.reserve(undone.size());
    std::vector<PlannedMigration> plan;
    for (auto one = undone.rbegin(); one != undone.rend(); ++one)
      plan.push_back(plan_stored(host, *one, files.emplace_back(one->file()), options.plan.verify));
    apply_plan(host, std::move(plan), history, options.undo.dry_run, outcomes);
  });
  return outcomes;
}

}  // namespace whimbrel
