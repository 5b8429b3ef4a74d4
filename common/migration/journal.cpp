#include "common/migration/journal.h"

#include "common/each_row.h"
#include "common/migration/own_tables.h"

namespace whimbrel {

Journal::Journal(Host& host) : host_(host), table_(own_table(host, kJournalTable)) {}

JournalOfVersion Journal::read(const std::string& version) const {
  JournalOfVersion entries;
  const Cell parameters[] = {Cell::text(version)};
  for_each_row(host_,
               "SELECT ordinal, state, statement_hash, attempts, rows_affected, error, sql FROM " + table_ +
                   " WHERE version = $1",
               parameters, [&entries](const Cell* row) {
                 JournalEntry entry{integer_of(row[0]), text_of(row[1]), text_of(row[2]), integer_of(row[3]),
                                    integer_of(row[4]), text_of(row[5]), text_of(row[6])};
                 entries.emplace(entry.ordinal, std::move(entry));
               });
  return entries;
}

void Journal::write(const std::string& version, const JournalEntry& entry, std::string_view sql) {
  const Cell key[] = {Cell::text(version), Cell::integer_of(entry.ordinal)};
  host_.execute("DELETE FROM " + table_ + " WHERE version = $1 AND ordinal = $2", key);
  const std::string user = host_.caller().user;
  const Cell values[] = {Cell::text(version),
                         Cell::integer_of(entry.ordinal),
                         Cell::text(entry.state),
                         Cell::text(entry.statement_hash),
                         Cell::text(sql),
                         Cell::integer_of(entry.attempts),
                         Cell::integer_of(entry.rows_affected),
                         Cell::text(user),
                         Cell::text(entry.error)};
  host_.execute("INSERT INTO " + table_ +
                    " (version, ordinal, state, statement_hash, sql, attempts, rows_affected, executed_by, "
                    "error) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                values);
}

void Journal::erase(const std::string& version) {
  const Cell parameters[] = {Cell::text(version)};
  host_.execute("DELETE FROM " + table_ + " WHERE version = $1", parameters);
}

std::map<std::string, Incomplete> read_incomplete(Host& host) {
  std::map<std::string, Incomplete> incomplete;
  if (!host.has_own_tables(OwnTables::migrations)) return incomplete;
  for_each_row(host,
               "SELECT version, ordinal, state, error FROM " + own_table(host, kJournalTable) +
                   " ORDER BY version, ordinal",
               {}, [&incomplete](const Cell* row) {
                 const std::string ordinal = std::to_string(integer_of(row[1]));
                 const std::string state = text_of(row[2]);
                 Incomplete& one = incomplete[text_of(row[0])];
                 one.touched = one.touched || state != journal::kFailed;
                 std::string& note = one.note;  // the last one says it
                 if (state == journal::kDone) {
                   note = "statement " + ordinal + " is done, the next one is not";
                 } else if (state == journal::kIntent) {
                   note = "statement " + ordinal + " was begun and its end is not known, or it is running";
                 } else {
                   note = "statement " + ordinal + " failed: " + text_of(row[3]);
                 }
               });
  return incomplete;
}

}  // namespace whimbrel
