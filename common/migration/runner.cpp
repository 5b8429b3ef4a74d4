#include "common/migration/runner.h"

#include <algorithm>
#include <utility>

#include "common/migration/file_name.h"
#include "common/migration/history.h"
#include "common/migration/native_form.h"
#include "common/migration/pending.h"
#include "common/migration/script.h"
#include "common/migration/source.h"

namespace whimbrel {

namespace {

// A pending migration whose text has passed all checks.
struct Planned {
  const SourceFile* file;
  std::string description;
  MigrationTexts texts;
  std::vector<Script> up;
  std::vector<Script> verify;
};

std::vector<Script> make_scripts(Host& host, const SourceFile& file, const NativeForm& form, PartKind kind) {
  std::vector<Script> scripts;
  for (const Part& part : form.parts_of(kind))
    scripts.emplace_back(host, ScriptPlace{file.subject(), file.text, part.offset, part.length});
  return scripts;
}

// A migration that was cancelled or timed out did not fail: the whole call ends. Class 57 is PostgreSQL's
// operator intervention, S0009 the SQLite host's SQLITE_INTERRUPT.
bool ends_call(const Error& error) { return error.code.starts_with("57") || error.code == "S0009"; }

bool looks_at_history(const Script& script) { return script.looks_at_history(); }

class Applier {
 public:
  Applier(Host& host, const Source& source, const ApplyOptions& options)
      : host_(host), source_(source), options_(options) {}

  std::vector<Outcome> run() {
    host_.lock_migrations();
    host_.ensure_own_tables();
    const History history = History::read(host_);
    const std::vector<const SourceFile*> pending = find_pending(history);
    if (pending.empty()) return {};
    check_order(pending, history);
    std::vector<Planned> plan;
    plan.reserve(pending.size());
    for (const SourceFile* file : pending) plan.push_back(check(*file));
    HistoryWriter writer(host_);
    std::int64_t seq = history.last_seq();
    for (const Planned& migration : plan) {
      if (!apply(migration, ++seq, writer)) break;
    }
    writer.flush();
    return std::move(outcomes_);
  }

 private:
  // Also compares the applied ones with their files.
  std::vector<const SourceFile*> find_pending(const History& history) {
    std::vector<const SourceFile*> pending;
    bool target_known = !options_.target || history.find(*options_.target) != nullptr;
    for (const SourceFile& file : source_.files) {
      const int order = options_.target ? compare_versions(file.version, *options_.target) : -1;
      target_known = target_known || order == 0;
      if (const AppliedMigration* applied = find_applied(history, file)) {
        check_unchanged(file, *applied);
      } else if (order <= 0 &&
                 (!options_.steps || pending.size() < static_cast<std::size_t>(*options_.steps))) {
        pending.push_back(&file);
      }
    }
    if (!target_known) {
      throw Error(code::kUnknownVersion, "there is no migration of version \"" + *options_.target + "\"", {},
                  "The option \"target\" names the last version to apply.");
    }
    return pending;
  }

  void check_unchanged(const SourceFile& file, const AppliedMigration& applied) {
    switch (compare_with_applied(host_, file, applied)) {
      case Likeness::same:
        return;
      case Likeness::tokens:
        host_.notice(
            NoticeLevel::notice,
            file.subject() + " has other comments, white space or line ends than when it was applied");
        return;
      case Likeness::changed:
        throw Error(
            code::kChangedMigration, file.subject() + " was changed after it was applied",
            describe_change(host_, file, applied),
            "Put the change into a new migration and restore this one (migrate_sql('" + applied.version +
                "', 'up') gives its text), or undo it with migrate_rollback before you apply it again.");
    }
  }

  void check_order(const std::vector<const SourceFile*>& pending, const History& history) const {
    const AppliedMigration* highest = history.highest();
    for (const SourceFile* file : pending) {
      if (!is_out_of_order(*file, highest)) continue;
      throw Error(
          code::kOutOfOrder,
          file->subject() + " is out of order: version " + highest->version + " is already applied",
          "Migrations run in the order of their versions, and " + file->version + " is below " +
              highest->version + ".",
          "Give it a version above " + highest->version + "; or undo the versions above " + file->version +
              " with migrate_rollback and apply all of them again in order; or take it out of the source.");
    }
  }

  Planned check(const SourceFile& file) {
    const NativeForm form = read_form(host_, file);
    Planned planned;
    planned.file = &file;
    planned.description = form.description.empty() ? file.description : form.description;
    planned.texts = texts_of(file, form);
    planned.up = make_scripts(host_, file, form, PartKind::up);
    planned.verify = make_scripts(host_, file, form, PartKind::verify);
    // The down part only has to pass: it runs from the database, much later.
    make_scripts(host_, file, form, PartKind::down);
    if (file.down) Script(host_, {"down part of " + file.subject(), *file.down, 0, file.down->size()});
    return planned;
  }

  // False when it failed and the call goes on without it.
  bool apply(const Planned& migration, std::int64_t seq, HistoryWriter& writer) {
    const SourceFile& file = *migration.file;
    const Stopwatch watch;
    RunTotals totals;
    bool recorded_itself = false;
    // A migration that looks at the history finds all that came before it there.
    if (std::any_of(migration.up.begin(), migration.up.end(), looks_at_history) ||
        std::any_of(migration.verify.begin(), migration.verify.end(), looks_at_history)) {
      writer.flush();
    }
    host_.begin_savepoint();
    try {
      for (const Script& script : migration.up) {
        script.run(host_, totals);
        recorded_itself = recorded_itself || script.records_itself();
      }
      for (const Script& script : migration.verify) script.verify(host_);
    } catch (const Error& error) {
      undo_savepoint(host_, error);
      if (!options_.stop_on_error || ends_call(error)) throw;
      totals.rows_affected = 0;  // undone with the savepoint
      const Outcome& failed = report(migration, "failed", totals, watch.milliseconds());
      outcomes_.back().error = error.message;
      writer.log({"apply", file.version, migration.description, "failed", failed.duration_ms,
                  totals.statements, 0, error.message});
      writer.flush();  // while the error's text lives
      return false;
    }
    // Recorded outside of the savepoint: a role or a search_path that the migration set ends with it.
    host_.release_savepoint();
    const Outcome& done =
        report(migration, options_.dry_run ? "would_apply" : "applied", totals, watch.milliseconds());
    if (recorded_itself)
      writer.remove_aliases(file.version,
                            file.name.empty() ? file.version : file.name.substr(0, file.name.size() - 4));
    Record record;
    record.version = file.version;
    record.description = migration.description;
    record.file = file.name;
    record.checksum = file.checksum;
    record.token_checksum = migration.texts.token_checksum;
    record.up_sql = migration.texts.up;
    record.down_sql = migration.texts.down;
    record.seq = seq;
    record.duration_ms = done.duration_ms;
    record.statements = totals.statements;
    record.rows_affected = totals.rows_affected;
    writer.record(record);
    writer.log({"apply",
                file.version,
                migration.description,
                "applied",
                done.duration_ms,
                totals.statements,
                totals.rows_affected,
                {}});
    return true;
  }

  Outcome& report(const Planned& migration, std::string status, const RunTotals& totals, double duration_ms) {
    return outcomes_.emplace_back(Outcome{migration.file->version, migration.description, std::move(status),
                                          totals.statements, totals.rows_affected, duration_ms,
                                          std::nullopt});
  }

  Host& host_;
  const Source& source_;
  const ApplyOptions& options_;
  std::vector<Outcome> outcomes_;
};

}  // namespace

void undo_savepoint(Host& host, const Error& error) {
  try {
    host.rollback_savepoint();
  } catch (Error& gone) {
    if (gone.detail.empty()) gone.detail = "It happened after this error: " + error.message + ".";
    if (!error.where.empty()) gone.at(error.where);
    throw;
  }
}

std::vector<Outcome> apply_migrations(Host& host, const Cell& source_argument, const ApplyOptions& options) {
  if (options.steps && *options.steps < 1) {
    throw Error(code::kInvalidOption,
                "option \"steps\" must be at least 1, not " + std::to_string(*options.steps));
  }
  const Source source = read_source(host, source_argument);
  std::vector<Outcome> outcomes;
  run_or_rehearse(host, options.dry_run, [&] { outcomes = Applier(host, source, options).run(); });
  return outcomes;
}

}  // namespace whimbrel
