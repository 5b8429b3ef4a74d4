#include "common/migration/repair.h"

#include <algorithm>
#include <utility>

#include "common/error.h"
#include "common/migration/file_name.h"
#include "common/migration/history.h"
#include "common/migration/journal.h"
#include "common/migration/pending.h"
#include "common/migration/rehearsal.h"
#include "common/migration/runner.h"
#include "common/migration/source.h"
#include "common/migration/source_form.h"

namespace whimbrel {

namespace {

class Repairer {
 public:
  Repairer(Host& host, const Source& source, const std::optional<std::string>& version,
           const RepairOptions& options)
      : host_(host),
        source_(source),
        version_(version),
        options_(options),
        history_(History::read(host)),
        writer_(host) {}

  std::vector<Repair> run() {
    if (!options_.forget && remove_incomplete() && version_) return std::move(repairs_);
    const AppliedMigration* named = version_ ? history_.find(*version_) : nullptr;
    if (version_ && named == nullptr) fail_unknown();
    if (options_.forget) {
      forget(*named);
    } else {
      accept_changed(named);
    }
    writer_.flush();
    return std::move(repairs_);
  }

 private:
  [[noreturn]] void fail_unknown() const {
    throw Error(code::kUnknownVersion, "version \"" + *version_ + "\" is not applied", {},
                "migrate_status() lists the applied versions.");
  }

  // Whether there was one. What its statements did stays; the next run begins with the first one again.
  bool remove_incomplete() {
    bool found = false;
    for (const auto& [version, one] : read_incomplete(host_)) {
      if (version_ && compare_versions(version, *version_) != 0) continue;
      Journal(host_).erase(version);
      add(version, {}, "removed", "would_remove", "it was not complete: " + one.note);
      found = true;
    }
    return found;
  }

  void forget(const AppliedMigration& applied) {
    writer_.erase(applied.version);
    add(applied, "forgotten", "would_forget", "its row was removed, nothing was undone");
  }

  void accept_changed(const AppliedMigration* named) {
    for (const SourceFile& file : source_.files) {
      const AppliedMigration* applied = find_applied(history_, file);
      if (applied == nullptr || (named != nullptr && applied != named)) continue;
      if (!applied->baseline && applied->checksum != file.checksum) accept(file, *applied);
      if (named != nullptr) return;
    }
    if (named == nullptr) return;
    throw Error(code::kUnknownVersion,
                named->subject() + " is not in the source, so there is no text to accept", {},
                "Name the files by the option \"source\", or take the row out of the history by "
                "\"forget\": true.");
  }

  void accept(const SourceFile& file, const AppliedMigration& applied) {
    const Form form = read_form(host_, file);
    if (!version_ && form.repeatable && compare_with_applied(file, form, applied) == Likeness::changed)
      return;
    std::string detail = show_changes(host_, file, form, applied);
    const MigrationTexts texts = texts_of(form);
    Record record;
    record.version = applied.version;
    record.file = file.name;
    record.checksum = file.checksum;
    record.token_checksum = form.token_checksum;
    record.up_sql = texts.up;
    record.down_sql = texts.down;
    record.verify_sql = texts.verify;
    record.verify_by_running = texts.verify_by_running;
    record.required = texts.required;
    record.up_transaction = form.in_transaction(PartKind::up);
    record.down_transaction = form.in_transaction(PartKind::down);
    record.repeatable = form.repeatable;
    writer_.replace_texts(record);
    add(applied, "accepted", "would_accept", std::move(detail));
  }

  void add(const AppliedMigration& applied, std::string_view done, std::string_view would,
           std::string detail) {
    add(applied.version, applied.description, done, would, std::move(detail));
  }

  void add(const std::string& version, std::string_view description, std::string_view done,
           std::string_view would, std::string detail) {
    Repair& repair = repairs_.emplace_back();
    repair.version = version;
    repair.action = options_.dry_run ? would : done;
    repair.detail = std::move(detail);
    writer_.log({"repair", repair.version, description, done, 0, 0, 0, repair.detail});
    writer_.flush();  // while the detail stays where it is
  }

  Host& host_;
  const Source& source_;
  const std::optional<std::string>& version_;
  const RepairOptions& options_;
  History history_;
  HistoryWriter writer_;
  std::vector<Repair> repairs_;
};

}  // namespace

std::vector<Repair> repair_migrations(Host& host, const std::optional<std::string>& version,
                                      const RepairOptions& options) {
  if (options.forget && !version) throw Error(code::kInvalidOption, "option \"forget\" needs a version");
  if (options.forget && options.source)
    throw Error(code::kInvalidOption, "options \"forget\" and \"source\" exclude each other");
  const Source source =
      read_source(host, options.source ? Cell::text(*options.source) : Cell(), options.form);
  std::vector<Repair> repairs;
  run_or_rehearse(host, options.dry_run, [&] {
    host.lock_migrations();
    host.ensure_own_tables(OwnTables::migrations);
    repairs = Repairer(host, source, version, options).run();
  });
  return repairs;
}

}  // namespace whimbrel
