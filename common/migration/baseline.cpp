#include "common/migration/baseline.h"

#include <algorithm>
#include <deque>

#include "common/error.h"
#include "common/migration/file_name.h"
#include "common/migration/history.h"
#include "common/migration/incomplete.h"
#include "common/migration/pending.h"
#include "common/migration/rehearsal.h"
#include "common/migration/source.h"
#include "common/migration/source_form.h"

namespace whimbrel {

namespace {

class Baseline {
 public:
  Baseline(Host& host, const History& history, bool dry_run)
      : writer_(host), seq_(history.last_seq()), dry_run_(dry_run) {}

  // The record points into what lives as long as this.
  void add(Record record, MigrationTexts texts) {
    const MigrationTexts& kept = texts_.emplace_back(std::move(texts));
    record.up_sql = kept.up;
    record.down_sql = kept.down;
    record.verify_sql = kept.verify;
    record.verify_by_running = kept.verify_by_running;
    record.required = kept.required;
    record.seq = ++seq_;
    writer_.record(record);
    writer_.log({"baseline", record.version, record.description, "recorded", 0, 0, 0, {}});
    outcomes_.push_back({std::string(record.version), std::string(record.description),
                         dry_run_ ? "would_record" : "recorded", 0, 0, 0, std::nullopt});
  }

  std::string_view keep(std::string text) { return strings_.emplace_back(std::move(text)); }

  std::vector<Outcome> finish() {
    writer_.flush();
    return std::move(outcomes_);
  }

 private:
  HistoryWriter writer_;
  std::int64_t seq_;
  bool dry_run_;
  std::deque<MigrationTexts> texts_;
  std::deque<std::string> strings_;
  std::vector<Outcome> outcomes_;
};

void check_version(const std::string& version, const Source& source, bool alone) {
  if (!is_version(version)) {
    throw Error(code::kInvalidArgument, "\"" + version + "\" is not a version", {},
                "A version begins with a digit; letters, digits, dots and hyphens may follow.");
  }
  const bool found = std::any_of(source.files.begin(), source.files.end(), [&](const SourceFile& file) {
    return compare_versions(file.version, version) == 0;
  });
  if (alone || found) return;
  throw Error(code::kUnknownVersion, "there is no migration of version \"" + version + "\" in the source", {},
              "A baseline ends with a migration that exists: everything up to it is recorded as applied.");
}

void check_history(const History& history, const std::string& version) {
  const AppliedMigration* highest = history.highest();
  if (highest == nullptr || compare_versions(highest->version, version) <= 0) return;
  throw Error(code::kOutOfOrder,
              "version " + highest->version + " is already applied, which is above the baseline " + version,
              "A baseline is for a database whose first versions are there and not recorded.",
              "Name a version from " + highest->version + " on, or undo what is above " + version + ".");
}

std::vector<Outcome> record(Host& host, const Source& source, const std::string& version, bool dry_run) {
  const bool alone = !source.given && source.files.empty();
  check_version(version, source, alone);
  host.lock_migrations();
  host.ensure_own_tables(OwnTables::migrations);
  const History history = History::read(host);
  check_history(history, version);
  refuse_others_incomplete(host, history);
  Baseline baseline(host, history, dry_run);
  if (alone && history.find(version) == nullptr) {
    Record record;
    record.version = version;
    record.description = "baseline";
    record.baseline = true;
    baseline.add(record, {});
  }
  for (const SourceFile& file : source.files) {
    if (compare_versions(file.version, version) > 0 || find_applied(history, file) != nullptr) continue;
    const Form form = read_form(host, file);
    if (form.repeatable) continue;
    Record record;
    record.version = file.version;
    record.description = baseline.keep(description_of(file, form));
    record.file = file.name;
    record.checksum = file.checksum;
    record.token_checksum = baseline.keep(form.token_checksum);
    record.up_transaction = form.in_transaction(PartKind::up);
    record.down_transaction = form.in_transaction(PartKind::down);
    baseline.add(record, texts_of(form));
  }
  return baseline.finish();
}

}  // namespace

std::vector<Outcome> baseline_migrations(Host& host, const std::string& version,
                                         const BaselineOptions& options) {
  const Source source =
      read_source(host, options.source ? Cell::text(*options.source) : Cell(), options.form);
  std::vector<Outcome> outcomes;
  run_or_rehearse(host, options.dry_run, [&] { outcomes = record(host, source, version, options.dry_run); });
  return outcomes;
}

}  // namespace whimbrel
