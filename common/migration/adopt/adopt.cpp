#include "common/migration/adopt/adopt.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "common/each_row.h"
#include "common/error.h"
#include "common/migration/adopt/applied_files.h"
#include "common/migration/adopt/find_history.h"
#include "common/migration/file_name.h"
#include "common/migration/history.h"
#include "common/migration/own_tables.h"
#include "common/migration/rehearsal.h"
#include "common/migration/runner.h"
#include "common/migration/source_form.h"
#include "common/text/datetime.h"

namespace whimbrel {

namespace {

// One migration that becomes ours.
struct Adopted {
  ForeignMigration foreign;
  const SourceFile* file = nullptr;  // null: without texts
  std::string note;
  bool baseline = false;
};

// Many tools have no lock of their own, and write their row in the migration's transaction: its end is waited
// for. Who may only read the table goes on without.
void wait_for_writers(Host& host, const std::string& table) {
  bool may_lock = false;
  const Cell parameters[] = {Cell::text(table)};
  for_each_row(host, "SELECT pg_catalog.has_table_privilege($1, 'UPDATE, DELETE, TRUNCATE')", parameters,
               [&may_lock](const Cell* row) { may_lock = row[0].integer != 0; });
  if (may_lock) host.execute("LOCK TABLE " + table + " IN SHARE MODE");
}

// Where there are no advisory locks, the write lock that is held already keeps every other tool out.
void lock_tool(Host& host, const FoundHistory& found) {
  if (!host.dialect().has_advisory_locks) return;
  if (found.tool->lock == nullptr) return wait_for_writers(host, found.table.quoted());
  const auto key = found.tool->lock(host, *found.table.table);
  if (!key) return wait_for_writers(host, found.table.quoted());
  const Cell parameters[] = {Cell::integer_of(*key)};
  host.execute("SELECT pg_catalog.pg_advisory_xact_lock($1::pg_catalog.int8)", parameters);
}

// Text as the column takes it: a moment with its zone as a point in time, milliseconds since 1970 (Drizzle,
// Prisma in SQLite) too, anything else as it is.
Cell moment_of(const std::string& text) {
  if (text.empty()) return {};
  constexpr std::int64_t kEpoch = 946'684'800'000;  // 2000-01-01 in milliseconds since 1970
  const bool number = text.find_first_not_of("0123456789") == std::string::npos;
  if (number && text.size() >= 12 && text.size() <= 14)
    return Cell::of(Tag::timestamptz, (std::stoll(text) - kEpoch) * 1000);
  if (const auto parsed = parse_timestamp(text); parsed && parsed->has_zone)
    return Cell::of(Tag::timestamptz, parsed->microseconds);
  return Cell::text(text);
}

class Adopter {
 public:
  Adopter(Host& host, const AdoptOptions& options) : host_(host), options_(options) {}

  std::vector<Adoption> run() {
    host_.lock_migrations();
    schema_ = host_.read_schema();
    found_ = find_foreign_history(schema_, host_.dialect().own_schema, options_.tool, options_.schema,
                                  options_.table);
    lock_tool(host_, found_);
    const ForeignHistory foreign = found_.tool->read(host_, found_.table);
    read_files(foreign);
    match(foreign);
    check_files();
    make_room();
    host_.ensure_own_tables(OwnTables::migrations);
    write();
    return std::move(rows_);
  }

 private:
  std::string tool() const { return std::string(found_.tool->name); }

  void read_files(const ForeignHistory& foreign) {
    if (options_.source) {
      std::optional<std::string> form = options_.form;
      if (!form && !found_.tool->form.empty()) form = std::string(found_.tool->form);
      source_ = read_source(host_, Cell::text(*options_.source), form);
    } else if (found_.tool->needs_source && !foreign.migrations.empty()) {
      fail_foreign("the history of " + tool() + " does not say enough by itself",
                   "Its migrations have no versions: the files give their order.",
                   "Name the tool's files in the option \"source\".");
    }
    for (const SourceFile& file : source_.files) by_version_.emplace(version_key(file.version), &file);
    if (found_.tool->key_of == nullptr) return;
    for (const SourceFile& file : source_.files)
      for (std::string& key : keys_of(*found_.tool, file)) by_key_[std::move(key)].push_back(&file);
  }

  const SourceFile* file_of(const ForeignMigration& one) {
    if (found_.tool->key_of != nullptr) {
      for (const SourceFile* file : by_key_[one.key])
        if (taken_.insert(file).second) return file;
      if (!source_.given) return nullptr;
      if (found_.tool->key_is_checksum) fail_without_file(one);
      const auto other = by_version_.find(version_key(one.version));
      if (other != by_version_.end()) fail_version_of_another(one, *other->second);
      return nullptr;
    }
    const auto file = by_version_.find(version_key(one.version));
    return file == by_version_.end() ? nullptr : file->second;
  }

  [[noreturn]] void fail_without_file(const ForeignMigration& one) const {
    const auto other = std::find_if(source_.files.begin(), source_.files.end(),
                                    [this](const SourceFile& file) { return !taken_.contains(&file); });
    throw Error(
        code::kChangedMigration,
        "the text that " + tool() + " applied as " + one.version + " is in no file of the source",
        "The table has the checksum " + one.key +
            (other == source_.files.end() ? "; each file is that of another row."
                                          : "; the first file without a row is \"" + other->name + "\"."),
        "Restore the file as it was; or adopt without the option \"source\": then no text is compared.");
  }

  // Under this version that file would be taken for applied.
  [[noreturn]] void fail_version_of_another(const ForeignMigration& one, const SourceFile& other) const {
    throw Error(code::kChangedMigration,
                "\"" + one.key + "\", which " + tool() + " applied, is not in the source",
                "Its version " + one.version + " is that of \"" + other.name + "\" there.",
                "Restore the file, under its name; or adopt without the option \"source\": then no file is "
                "compared.");
  }

  void match(const ForeignHistory& foreign) {
    if (foreign.up_to_last && source_.given) {
      if (!foreign.migrations.empty()) match_up_to(foreign.migrations.back());
      return;
    }
    const SourceFile* baseline = nullptr;
    for (const SourceFile& file : source_.baselines)
      if (!foreign.baseline.empty() && compare_versions(file.version, foreign.baseline) == 0)
        baseline = &file;
    for (const ForeignMigration& one : foreign.migrations) {
      const bool is_baseline =
          !foreign.baseline.empty() && compare_versions(one.version, foreign.baseline) == 0;
      if (is_baseline && baseline == nullptr) add_below(foreign, one);
      const SourceFile* file = is_baseline && baseline != nullptr ? baseline : file_of(one);
      adopted_.push_back({one, file, file == nullptr && source_.given ? "it is not in the source" : ""});
      // Without files one row stands for all that is below it.
      adopted_.back().baseline = !source_.given && (foreign.up_to_last || is_baseline);
    }
  }

  // What stands below a baseline has no row of its own.
  void add_below(const ForeignHistory& foreign, const ForeignMigration& baseline) {
    for (const SourceFile& file : source_.files) {
      if (file.repeatable || compare_versions(file.version, baseline.version) >= 0) continue;
      const bool has_row = std::any_of(
          foreign.migrations.begin(), foreign.migrations.end(),
          [&file](const ForeignMigration& one) { return compare_versions(one.version, file.version) == 0; });
      if (!has_row) add_without_row(file, baseline.applied_at, "below the baseline " + baseline.version);
    }
  }

  void add_without_row(const SourceFile& file, const std::string& applied_at, std::string note) {
    ForeignMigration one;
    one.version = file.version;
    one.applied_at = applied_at;
    adopted_.push_back({std::move(one), &file, std::move(note)});
  }

  void match_up_to(const ForeignMigration& last) {
    if (!by_version_.contains(version_key(last.version)))
      fail_foreign(
          "version " + last.version + ", the last that " + tool() + " applied, is not in the source", {},
          "Give the files that were applied; without them nobody can tell what is below that version.");
    for (const SourceFile& file : source_.files) {
      if (file.repeatable || compare_versions(file.version, last.version) > 0) continue;
      add_without_row(file, compare_versions(file.version, last.version) == 0 ? last.applied_at : "", {});
    }
  }

  void check_files() {
    std::vector<ComparedFile> files;
    for (Adopted& one : adopted_) files.push_back({one.file, one.foreign.checksum, &one.note});
    check_applied_files(*found_.tool, source_, files);
  }

  // In SQLite a table of the other tool may have the name that ours must have.
  void make_room() {
    const Table& table = *found_.table.table;
    if (table.schema != host_.dialect().own_schema || table.name != kMigrationsTable) return;
    std::string name = std::string(kMigrationsTable) + "_" + tool();
    std::replace(name.begin(), name.end(), '-', '_');
    host_.execute("ALTER TABLE " + found_.table.quoted() + " RENAME TO " + quote_identifier(name));
    renamed_ = "the table of " + tool() + " is now \"" + name + "\"";
    host_.notice(NoticeLevel::notice, renamed_);
  }

  void write() {
    const History history = History::read(host_);
    HistoryWriter writer(host_);
    std::int64_t seq = history.last_seq();
    const std::string detail = "from " + found_.table.quoted() + " of " + tool();
    for (const Adopted& one : adopted_) {
      Adoption row;
      row.version = one.file != nullptr ? one.file->version : one.foreign.version;
      row.description = one.foreign.description;
      row.tool = tool();
      row.status = options_.dry_run ? "would_adopt" : "adopted";
      row.note = one.note;
      if (!renamed_.empty()) (row.note += row.note.empty() ? "" : "; ") += std::exchange(renamed_, {});
      if (history.find(row.version) != nullptr) {
        row.status = "already";
      } else {
        insert(one, row, ++seq);
      }
      rows_.push_back(std::move(row));
    }
    for (const Adoption& row : rows_) {
      if (row.status == "already") continue;
      writer.log({"adopt", row.version, row.description, "adopted", 0, 0, 0, detail});
    }
    writer.flush();
    const History now = History::read(host_);
    for (Adoption& row : rows_) row.applied_at = KeptCell(now.find(row.version)->applied_at);
  }

  void insert(const Adopted& one, Adoption& row, std::int64_t seq) {
    Form form;
    MigrationTexts texts;
    std::string file;
    std::string checksum;
    if (one.file != nullptr) {
      file = one.file->name;
      checksum = one.file->checksum;
      if (row.description.empty()) row.description = one.file->description;
      try {
        form = read_form(host_, *one.file, options_.variables ? &*options_.variables : nullptr);
        texts = texts_of(form);
        row.description = description_of(*one.file, form);
      } catch (const Error& error) {  // it is applied: that it could not be applied again does not matter
        if (error.code.substr(0, 2) != "WB" || error.code == code::kInternal) throw;
        texts.up = one.file->text;
        (row.note += row.note.empty() ? "" : "; ") += error.message;
      }
    }
    const Cell moment = moment_of(one.foreign.applied_at);
    std::string sql =
        "INSERT INTO " + own_table(host_, kMigrationsTable) +
        " (version, description, seq, applied_by, file, checksum, token_checksum, up_sql, down_sql, "
        "verify_sql, up_transaction, down_transaction, verify_by_running, repeatable, baseline, required";
    sql += moment.is_null() ? ") VALUES (" : ", applied_at) VALUES (";
    std::vector<Cell> parameters = {
        Cell::text(row.version),
        Cell::text(row.description),
        Cell::integer_of(seq),
        Cell::text(one.foreign.applied_by),
        Cell::text(file),
        Cell::text(checksum),
        Cell::text(form.token_checksum),
        one.file != nullptr ? Cell::text(texts.up) : Cell(),
        texts.down ? Cell::text(*texts.down) : Cell(),
        texts.verify.empty() ? Cell() : Cell::text(texts.verify),
        Cell::boolean(form.in_transaction(PartKind::up)),
        Cell::boolean(form.in_transaction(PartKind::down)),
        Cell::boolean(texts.verify_by_running),
        Cell::boolean(form.repeatable || (one.file != nullptr && one.file->repeatable)),
        Cell::boolean(one.baseline),
        Cell::text(texts.required)};
    if (!moment.is_null()) parameters.push_back(moment);
    for (std::size_t i = 1; i <= parameters.size(); ++i) sql += (i == 1 ? "$" : ", $") + std::to_string(i);
    host_.execute(sql + ")", parameters);
  }

  Host& host_;
  const AdoptOptions& options_;
  Schema schema_;
  FoundHistory found_;
  Source source_;
  std::unordered_map<std::string, const SourceFile*> by_version_;
  std::unordered_map<std::string, std::vector<const SourceFile*>> by_key_;
  std::unordered_set<const SourceFile*> taken_;  // by a row's key
  std::vector<Adopted> adopted_;
  std::string renamed_;
  std::vector<Adoption> rows_;
};

}  // namespace

std::vector<Adoption> adopt_history(Host& host, const AdoptOptions& options) {
  std::vector<Adoption> rows;
  run_or_rehearse(host, options.dry_run, [&] { rows = Adopter(host, options).run(); });
  return rows;
}

}  // namespace whimbrel
