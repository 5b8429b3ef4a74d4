#include "common/migration/history.h"

#include <algorithm>
#include <span>
#include <utility>

#include "common/cell_copy.h"
#include "common/each_row.h"
#include "common/migration/file_name.h"
#include "common/migration/own_tables.h"

namespace whimbrel {

namespace {

double real_of(const Cell& cell) {
  if (cell.tag == Tag::real || cell.tag == Tag::real32) return cell.real;
  return cell.tag == Tag::integer ? static_cast<double>(cell.integer) : 0;
}

// A boolean is an integer in SQLite.
bool flag_of(const Cell& cell) {
  return (cell.tag == Tag::boolean || cell.tag == Tag::integer) && cell.integer != 0;
}

bool is_version_number(std::string_view version) {
  return !version.empty() && version[0] >= '0' && version[0] <= '9';
}

}  // namespace

History History::read(Host& host, std::size_t expected) {
  History history;
  if (!host.has_own_tables(OwnTables::migrations)) return history;
  history.applied_.reserve(expected);
  for_each_row(host,
               "SELECT version, description, seq, checksum, token_checksum, file, applied_at, applied_by, "
               "duration_ms, repeatable, baseline FROM " +
                   own_table(host, kMigrationsTable),
               {}, [&history](const Cell* row) {
                 const auto text = [&](std::size_t column) {
                   return history.values_.copy(view_of(row[column]));
                 };
                 AppliedMigration& one = history.applied_.emplace_back();
                 one.version = view_of(row[0]);
                 one.description = text(1);
                 one.seq = integer_of(row[2]);
                 one.checksum = text(3);
                 one.token_checksum = text(4);
                 one.file = text(5);
                 one.applied_at = copy_cell(row[6], history.values_);
                 one.applied_by = text(7);
                 one.duration_ms = real_of(row[8]);
                 one.repeatable = flag_of(row[9]);
                 one.baseline = flag_of(row[10]);
               });
  history.arrange();
  return history;
}

// Sorting here is cheaper than by the engine: the rows mostly lie in this order.
void History::arrange() {
  const auto before = [](const AppliedMigration& a, const AppliedMigration& b) {
    return a.seq != b.seq ? a.seq < b.seq : compare_versions(a.version, b.version) < 0;
  };
  if (!std::is_sorted(applied_.begin(), applied_.end(), before))
    std::sort(applied_.begin(), applied_.end(), before);
  by_version_ = VersionIndex(applied_.size());
  for (std::size_t i = 0; i < applied_.size(); ++i) {
    const AppliedMigration& one = applied_[i];
    by_version_.add(one.version);
    const bool higher = !baseline_ || compare_versions(one.version, applied_[*baseline_].version) > 0;
    if (one.baseline && higher) baseline_ = i;
  }
}

const AppliedMigration* History::find(std::string_view version) const {
  const std::optional<std::size_t> found = by_version_.find(version);
  return found ? &applied_[*found] : nullptr;
}

const AppliedMigration* History::highest() const {
  const AppliedMigration* highest = nullptr;
  for (const AppliedMigration& one : applied_) {
    if (!one.repeatable && is_version_number(one.version) &&
        (highest == nullptr || compare_versions(one.version, highest->version) > 0)) {
      highest = &one;
    }
  }
  return highest;
}

std::int64_t last_log_id(Host& host) {
  std::int64_t last = 0;
  for_each_row(host, "SELECT max(log_id) FROM " + own_table(host, kLogTable), {},
               [&last](const Cell* row) { last = integer_of(row[0]); });
  return last;
}

std::int64_t last_seq(Host& host) {
  std::int64_t last = 0;
  for_each_row(host, "SELECT max(seq) FROM " + own_table(host, kMigrationsTable), {},
               [&last](const Cell* row) { last = integer_of(row[0]); });
  return last;
}

StoredTexts read_stored_texts(Host& host, const std::string& version) {
  StoredTexts texts;
  const Cell parameters[] = {Cell::text(version)};
  for_each_row(host,
               "SELECT up_sql, down_sql, verify_sql, up_transaction, down_transaction, verify_by_running, "
               "required FROM " +
                   own_table(host, kMigrationsTable) + " WHERE version = $1",
               parameters, [&texts](const Cell* row) {
                 texts.up = text_of(row[0]);
                 if (!row[1].is_null()) texts.down = text_of(row[1]);
                 texts.verify = text_of(row[2]);
                 texts.up_transaction = flag_of(row[3]);
                 texts.down_transaction = flag_of(row[4]);
                 texts.verify_by_running = flag_of(row[5]);
                 texts.required = text_of(row[6]);
               });
  return texts;
}

std::unordered_map<std::string, std::vector<std::string>> read_requirements(Host& host) {
  std::unordered_map<std::string, std::vector<std::string>> requirements;
  for_each_row(host, "SELECT version, required FROM " + own_table(host, kMigrationsTable), {},
               [&requirements](const Cell* row) {
                 const std::string names = text_of(row[1]);
                 for (std::size_t at = 0; at < names.size();) {
                   const std::size_t end = std::min(names.find(' ', at), names.size());
                   if (end > at) requirements[text_of(row[0])].push_back(names.substr(at, end - at));
                   at = end + 1;
                 }
               });
  return requirements;
}

namespace {

// In the order of the values below. The first two stay where a migration has recorded itself.
constexpr std::string_view kRecordColumns[] = {"version",           "description",    "seq",
                                               "applied_by",        "duration_ms",    "statements",
                                               "rows_affected",     "file",           "checksum",
                                               "token_checksum",    "up_sql",         "down_sql",
                                               "verify_sql",        "up_transaction", "down_transaction",
                                               "verify_by_running", "repeatable",     "baseline",
                                               "required"};
constexpr std::string_view kLogColumns[] = {"log_id",      "action",         "version",     "description",
                                            "outcome",     "duration_ms",    "statements",  "rows_affected",
                                            "executed_by", "client_address", "application", "server_version",
                                            "settings",    "detail"};

// For a row that is there already: one by the migration itself, or of one that runs again.
std::string completion(const std::string& table) {
  std::string sql =
      "UPDATE " + table +
      " SET description = CASE WHEN description = '' THEN $2 ELSE description END, applied_at = "
      "CASE WHEN seq = 0 THEN applied_at ELSE CURRENT_TIMESTAMP END";
  for (std::size_t i = 2; i < std::size(kRecordColumns); ++i)
    ((sql += ", ") += kRecordColumns[i]) += " = $" + std::to_string(i + 1);
  return sql + " WHERE version = $1";
}

}  // namespace

HistoryWriter::HistoryWriter(Host& host, bool tables_wait, std::size_t expected)
    : host_(host),
      tables_wait_(tables_wait),
      caller_(host.caller()),
      record_insert_(own_table(host, kMigrationsTable), kRecordColumns, kRecordColumns[0],
                     completion(own_table(host, kMigrationsTable))),
      log_insert_(own_table(host, kLogTable), kLogColumns),
      erase_sql_("DELETE FROM " + own_table(host, kMigrationsTable) + " WHERE version = $1") {
  records_.reserve(expected);
  entries_.reserve(expected);
}

void HistoryWriter::commit_failure(const LogEntry& entry, const Error& failure) {
  try {
    log(entry);
    flush();
    host_.commit_and_begin();
  } catch (const Error& error) {
    if (ends_call(error)) throw;
    throw Error(failure);
  }
}

void HistoryWriter::flush() {
  if (tables_wait_) host_.ensure_own_tables(OwnTables::migrations);
  tables_wait_ = false;
  write_records();
  write_entries();
  records_.clear();
  entries_.clear();
}

void HistoryWriter::write_records() {
  for (const Record& record : records_) {
    record_insert_.add(
        host_, {Cell::text(record.version), Cell::text(record.description), Cell::integer_of(record.seq),
                Cell::text(caller_.user), Cell::real_of(record.duration_ms),
                Cell::integer_of(record.statements), Cell::integer_of(record.rows_affected),
                Cell::text(record.file), Cell::text(record.checksum), Cell::text(record.token_checksum),
                Cell::text(record.up_sql), record.down_sql ? Cell::text(*record.down_sql) : Cell(),
                record.verify_sql.empty() ? Cell() : Cell::text(record.verify_sql),
                Cell::boolean(record.up_transaction), Cell::boolean(record.down_transaction),
                Cell::boolean(record.verify_by_running), Cell::boolean(record.repeatable),
                Cell::boolean(record.baseline), Cell::text(record.required)});
  }
  record_insert_.finish(host_);
}

void HistoryWriter::write_entries() {
  if (entries_.empty()) return;
  if (!last_log_id_) last_log_id_ = whimbrel::last_log_id(host_);
  for (const LogEntry& entry : entries_) {
    log_insert_.add(
        host_,
        {Cell::integer_of(++*last_log_id_), Cell::text(entry.action), Cell::text(entry.version),
         Cell::text(entry.description), Cell::text(entry.outcome), Cell::real_of(entry.duration_ms),
         Cell::integer_of(entry.statements), Cell::integer_of(entry.rows_affected), Cell::text(caller_.user),
         Cell::text(caller_.client_address), Cell::text(caller_.application),
         Cell::text(host_.dialect().server_version), Cell::text(caller_.settings), Cell::text(entry.detail)});
  }
  log_insert_.finish(host_);
}

void HistoryWriter::remove_aliases(std::string_view version, std::string_view file_stem) {
  const std::string key = version_key(version);
  std::vector<std::string> aliases;
  for_each_row(host_, "SELECT version FROM " + own_table(host_, kMigrationsTable) + " WHERE seq = 0", {},
               [&](const Cell* row) {
                 std::string other = text_of(row[0]);
                 if (other != version && (other == file_stem || version_key(other) == key))
                   aliases.push_back(std::move(other));
               });
  for (const std::string& alias : aliases) erase(alias);
}

void HistoryWriter::erase(std::string_view version) {
  const Cell parameters[] = {Cell::text(version)};
  host_.execute(erase_sql_, parameters);
}

void HistoryWriter::replace_texts(const Record& record) {
  const Cell parameters[] = {Cell::text(record.version),
                             Cell::text(record.file),
                             Cell::text(record.checksum),
                             Cell::text(record.token_checksum),
                             Cell::text(record.up_sql),
                             record.down_sql ? Cell::text(*record.down_sql) : Cell(),
                             record.verify_sql.empty() ? Cell() : Cell::text(record.verify_sql),
                             Cell::boolean(record.up_transaction),
                             Cell::boolean(record.down_transaction),
                             Cell::boolean(record.verify_by_running),
                             Cell::boolean(record.repeatable),
                             Cell::text(record.required)};
  host_.execute("UPDATE " + own_table(host_, kMigrationsTable) +
                    " SET file = $2, checksum = $3, token_checksum = $4, up_sql = $5, down_sql = $6, "
                    "verify_sql = $7, up_transaction = $8, down_transaction = $9, "
                    "verify_by_running = $10, repeatable = $11, required = $12 WHERE version = $1",
                parameters);
}

}  // namespace whimbrel
