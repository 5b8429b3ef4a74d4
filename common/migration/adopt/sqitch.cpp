// sqitch's registry, table changes. The versions are made as from the plan: of the planned time.
#include <set>

#include "common/each_row.h"
#include "common/migration/adopt/tools.h"
#include "common/migration/file_name.h"
#include "common/text/datetime.h"
#include "common/text/sha.h"

namespace whimbrel {

namespace {

std::string digits_of(const Cell& cell) {
  std::string text = text_of(cell);
  if (cell.tag == Tag::timestamptz || cell.tag == Tag::timestamp) {
    char buffer[kMaxDateTimeText];
    text.assign(buffer, format_timestamp(buffer, cell.integer, false));
  }
  std::string digits;
  for (const char c : text)
    if (c >= '0' && c <= '9' && digits.size() < 14) digits += c;
  return digits;
}

bool is_sha1(std::string_view hash) {
  return hash.size() == 40 && hash.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// "users@v1" is an earlier form of "users".
std::string name_of(std::string_view script) { return std::string(script.substr(0, script.find('@'))); }

}  // namespace

ForeignHistory read_sqitch_history(Host& host, const ForeignTable& table) {
  ForeignHistory history;
  std::set<std::string> projects;
  std::string base;
  std::size_t suffix = 0;
  for_each_row(host,
               "SELECT change, project, planned_at, CAST(committed_at AS TEXT), committer_name, " +
                   std::string(table.has("script_hash") ? "script_hash, change_id" : "NULL, NULL") +
                   " FROM " + table.quoted() + " ORDER BY committed_at, planned_at",
               {}, [&](const Cell* row) {
                 ForeignMigration one;
                 one.description = text_of(row[0]);
                 one.key = one.description;
                 projects.insert(text_of(row[1]));
                 const std::string digits = digits_of(row[2]);
                 if (base.empty() || compare_versions(digits, base) > 0) {
                   one.version = base = digits;
                   suffix = 0;
                 } else {
                   one.version = base + "." + std::to_string(++suffix);
                 }
                 one.applied_at = text_of(row[3]);
                 one.applied_by = text_of(row[4]);
                 // Registries that were upgraded have the change's own id there.
                 if (std::string hash = text_of(row[5]); is_sha1(hash) && hash != text_of(row[6]))
                   one.checksum = std::move(hash);
                 history.migrations.push_back(std::move(one));
               });
  if (projects.size() > 1)
    fail_foreign("the registry of sqitch in " + table.quoted() + " holds " + std::to_string(projects.size()) +
                     " projects",
                 {}, "A history of Whimbrel is one project: adopt from a registry that holds one.");
  return history;
}

std::string sqitch_checksum(const SourceFile& file) { return sha1_hex(file.text); }

std::string sqitch_key(const SourceFile& file) { return name_of(file.description); }

}  // namespace whimbrel
