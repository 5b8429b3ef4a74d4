// The history: reading and writing schema_migrations and migration_log. Writers hold the lock of
// Host::lock_migrations(). Nothing here decides anything.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "common/error.h"
#include "common/host.h"
#include "common/migration/multi_row_insert.h"
#include "common/migration/version_index.h"

namespace whimbrel {

// One applied migration, without its texts. Views and cell live as long as the history that it is of.
struct AppliedMigration {
  std::string version;
  std::string_view description;
  std::int64_t seq = 0;
  std::string_view checksum;  // empty: recorded by hand or by a file itself, never compared
  std::string_view token_checksum;
  std::string_view file;
  Cell applied_at;
  std::string_view applied_by;
  double duration_ms = 0;
  bool repeatable = false;
  bool baseline = false;  // stands for every version below it too; has no text

  std::string subject() const { return "migration \"" + (file.empty() ? version : std::string(file)) + "\""; }
};

struct StoredTexts {
  std::string up;
  std::optional<std::string> down;
  std::string verify;          // empty: none
  bool up_transaction = true;  // false: each statement runs by itself
  bool down_transaction = true;
  bool verify_by_running = false;  // as in Part
  std::string required;            // as in Record
};

class History {
 public:
  // All applied migrations in the order in which they were applied. One query; none when the tables do not
  // exist. `expected`: about how many; they need not move as they come then.
  static History read(Host& host, std::size_t expected = 0);

  const std::vector<AppliedMigration>& applied() const { return applied_; }
  const AppliedMigration* find(std::string_view version) const;  // 1 finds 001
  std::int64_t last_seq() const { return applied_.empty() ? 0 : applied_.back().seq; }
  // The highest version, nullptr when nothing is applied. Repeatable ones, and rows that others made up
  // (without a leading digit), do not count.
  const AppliedMigration* highest() const;
  // The highest one that stands for all below it; nullptr without any.
  const AppliedMigration* baseline() const { return baseline_ ? &applied_[*baseline_] : nullptr; }

 private:
  void arrange();

  Arena values_;  // of applied_
  std::vector<AppliedMigration> applied_;
  VersionIndex by_version_;
  std::optional<std::size_t> baseline_;
};

// The highest ones that there are, 0 without any: one of them is drawn for everything that is done.
std::int64_t last_log_id(Host& host);
std::int64_t last_seq(Host& host);

StoredTexts read_stored_texts(Host& host, const std::string& version);

// What the applied migrations require (marker option `requires:`), by their stored versions; only those that
// require something.
std::unordered_map<std::string, std::vector<std::string>> read_requirements(Host& host);

// A row of schema_migrations to be.
struct Record {
  std::string_view version;
  std::string_view description;
  std::string_view file;
  std::string_view checksum;
  std::string_view token_checksum;
  std::string_view up_sql;
  std::optional<std::string_view> down_sql;
  std::string_view verify_sql;
  bool up_transaction = true;
  bool down_transaction = true;
  bool verify_by_running = false;  // as in Part
  bool repeatable = false;
  bool baseline = false;
  std::string_view required;  // versions and names, separated by spaces
  std::int64_t seq = 0;
  double duration_ms = 0;
  std::int64_t statements = 0;
  std::int64_t rows_affected = 0;
};

// What an entry of migration_log may say.
inline constexpr std::string_view kLoggedActions[] = {"apply",    "rollback", "redo", "reset",
                                                      "baseline", "repair",   "add",  "adopt"};
inline constexpr std::string_view kLoggedOutcomes[] = {"applied",   "rolled_back", "failed",   "recorded",
                                                       "adopted",   "added",       "accepted", "removed",
                                                       "forgotten", "dropped"};

// An entry of migration_log to be.
struct LogEntry {
  std::string_view action;  // one of kLoggedActions
  std::string_view version;
  std::string_view description;
  std::string_view outcome;  // one of kLoggedOutcomes
  double duration_ms = 0;
  std::int64_t statements = 0;
  std::int64_t rows_affected = 0;
  std::string_view detail;
};

// Writes, under the lock. Rows wait for flush(): after each statement of a migration that changes the schema
// the engine would prepare ours again, while written together they cost next to nothing.
class HistoryWriter {
 public:
  // `tables_wait`: Whimbrel's own tables are not there yet, and come with the first flush(). `expected`:
  // about how many migrations it is for.
  explicit HistoryWriter(Host& host, bool tables_wait = false, std::size_t expected = 0);

  bool tables_wait() const { return tables_wait_; }

  // A row to insert; one that the migration inserted itself is completed and keeps its description. Of each
  // version one until flush(); what the record points to must live until then.
  void record(const Record& record) { records_.push_back(record); }
  // Removes, at once, rows of the same migration that it wrote itself under another spelling of the version:
  // `file_stem` ("003_add_tags") or an equal number.
  void remove_aliases(std::string_view version, std::string_view file_stem);
  void erase(std::string_view version);  // at once
  // At once: file, checksums, texts and what goes with them; when, by whom and how it was applied stays.
  void replace_texts(const Record& record);
  // The same as record() for a log entry.
  void log(const LogEntry& entry) { entries_.push_back(entry); }
  // Writes what waits, the tables too.
  void flush();
  // The entry of a failure, at once and for good. Where that is not possible either, as in a session that is
  // read-only, or in SQLite where a virtual table of what was undone refuses every COMMIT (FTS5), the failure
  // itself is thrown: that is what the caller has to know.
  void commit_failure(const LogEntry& entry, const Error& failure);
  // Forgets what came after `mark`, of the time since the last flush().
  struct Mark {
    std::size_t records, entries;
  };
  Mark mark() const { return {records_.size(), entries_.size()}; }
  void forget_after(const Mark& mark) {
    records_.resize(mark.records);
    entries_.resize(mark.entries);
  }
  // Of the entries in the table; known after the first flush() of one.
  std::int64_t last_log_id() const { return last_log_id_.value_or(0); }

 private:
  void write_records();
  void write_entries();

  Host& host_;
  bool tables_wait_;
  Caller caller_;
  std::vector<Record> records_;
  std::vector<LogEntry> entries_;
  MultiRowInsert record_insert_;
  MultiRowInsert log_insert_;
  std::string erase_sql_;
  std::optional<std::int64_t> last_log_id_;
};

}  // namespace whimbrel
