#include "common/migration/roundtrip.h"

#include <memory>
#include <optional>
#include <utility>

#include "common/error.h"
#include "common/migration/finding.h"
#include "common/migration/rehearsal.h"
#include "common/migration/runner.h"
#include "common/migration/source.h"
#include "common/migration/too_many_locks.h"
#include "common/schema/catalog_mark.h"
#include "common/undo.h"

namespace whimbrel {

namespace {

class Roundtrip {
 public:
  Roundtrip(Host& host, const Source& source, const PlanOptions& options, bool roundtrip)
      : host_(host), source_(source), options_(options), roundtrip_(roundtrip) {}

  std::vector<Finding> run() {
    host_.lock_migrations();
    host_.ensure_own_tables(OwnTables::migrations);
    const History history = History::read(host_);
    const std::vector<PlannedMigration> plan = make_plan(host_, source_, history, options_);
    HistoryWriter writer(host_);
    std::int64_t seq = history.last_seq();
    for (const PlannedMigration& migration : plan) {
      if (!runs_in_transaction(migration)) break;
      const bool goes_back = roundtrip_ && migration.texts.down;
      if (goes_back) before_ = host_.mark_catalog();
      Outcome outcome;
      if (std::optional<Error> error = run_migration(host_, migration, ++seq, writer, outcome)) {
        if (ends_call(*error)) throw Error(*error);
        explain_too_many_locks(*error, OneTransaction::tries,
                               static_cast<std::size_t>(&migration - plan.data()));
        findings_.push_back(finding_of(*error, shown_file(*migration.file)));
        break;
      }
      writer.flush();
      if (goes_back) go_back(migration);
    }
    return std::move(findings_);
  }

 private:
  Finding& add(const SourceFile& file, Severity severity, std::string_view code, std::string message) {
    Finding& finding = findings_.emplace_back();
    finding.file = shown_file(file);
    finding.severity = severity;
    finding.code = code;
    finding.message = std::move(message);
    return finding;
  }

  bool runs_in_transaction(const PlannedMigration& migration) {
    try {
      require_transaction(migration);
      return true;
    } catch (const Error& error) {
      Finding& finding = findings_.emplace_back(finding_of(error, shown_file(*migration.file)));
      finding.severity = Severity::warning;
      finding.code = finding::kNotRun;
      finding.message += "; it and what follows was not run";
      return false;
    }
  }

  // Down and, whatever it did, forward again.
  void go_back(const PlannedMigration& migration) {
    const SourceFile& file = *migration.file;
    const std::string subject = "down part of " + file.subject();
    try {
      run_and_undo(host_, [&] {
        RunTotals totals;
        for (const Part& part : migration.form.parts_of(PartKind::down)) {
          if (!part.transaction) return;
          Script(host_, part).run(host_, totals);
        }
        for (const CatalogChange& change : before_->changes()) tell(file, subject, change);
      });
    } catch (const Error& error) {
      if (ends_call(error)) throw;
      findings_.push_back(finding_of(error, shown_file(file, PartKind::down)));
    }
  }

  void tell(const SourceFile& file, const std::string& subject, const CatalogChange& change) {
    std::string message = subject;
    switch (change.kind) {
      case ChangeKind::created:
        message += " leaves behind: " + change.object;
        break;
      case ChangeKind::dropped:
        message += " does not bring back: " + change.object;
        break;
      case ChangeKind::altered:
        message += " does not restore: " + change.object + " (" + change.detail + ")";
        break;
    }
    Finding& finding = add(file, Severity::error, finding::kNotRestored, std::move(message));
    finding.file = shown_file(file, PartKind::down);
    finding.hint = "After it the catalog must be as it was before the up part.";
  }

  Host& host_;
  const Source& source_;
  const PlanOptions& options_;
  bool roundtrip_;
  std::unique_ptr<CatalogMark> before_;  // the migration that is run
  std::vector<Finding> findings_;
};

}  // namespace

std::vector<Finding> run_pending(Host& host, const Cell& argument, const PlanOptions& options,
                                 bool roundtrip) {
  const Source source = read_source(host, argument, options.form);
  std::vector<Finding> findings;
  run_for_nothing(host, [&] { findings = Roundtrip(host, source, options, roundtrip).run(); });
  return findings;
}

}  // namespace whimbrel
