// flyway_schema_history: versioned, repeatable, baselines, undone and deleted ones.
#include <algorithm>

#include "common/migration/adopt/digests.h"
#include "common/migration/adopt/tools.h"
#include "common/migration/file_name.h"
#include "common/migration/forms/file_set.h"

namespace whimbrel {

ForeignHistory read_flyway_history(Host& host, const ForeignTable& table) {
  const std::string columns[] = {
      as_text("version"),  as_text("description"),  as_text("type"),         as_text("script"),
      as_text("checksum"), as_text("installed_on"), as_text("installed_by"), "success"};
  ForeignHistory history;
  const auto erase = [&history](const std::string& version) {
    std::erase_if(history.migrations,
                  [&](const ForeignMigration& one) { return compare_versions(one.version, version) == 0; });
  };
  for (auto& row : read_texts(host, table, columns, "ORDER BY installed_rank")) {
    const std::string& type = row[2];
    if (row[7] != "1")
      fail_foreign("Flyway's migration \"" + row[3] + "\" failed",
                   "Its row in " + table.quoted() + " says so.",
                   "Undo by hand what it did, run \"flyway repair\", and adopt again.");
    if (type == "SCHEMA") continue;
    if (type.starts_with("UNDO") || type == "DELETE") {
      erase(row[0]);
      continue;
    }
    ForeignMigration one;
    if (row[0].empty()) {
      const std::string_view script = base_name(row[3]);
      one.version = script.substr(0, is_sql_file(script) ? script.size() - 4 : script.size());
    } else {
      one.version = row[0];
    }
    erase(one.version);  // a repeatable one that ran again
    if (type == "BASELINE" || type == "SQL_BASELINE") history.baseline = one.version;
    one.description = std::move(row[1]);
    if (type == "SQL" || type == "SQL_BASELINE") one.checksum = std::move(row[4]);
    one.applied_at = std::move(row[5]);
    one.applied_by = std::move(row[6]);
    history.migrations.push_back(std::move(one));
  }
  return history;
}

// CRC-32 over the lines without their ends, as a signed number. Flyway takes that of a repeatable one behind
// its placeholders, which nobody here can repeat.
std::string flyway_checksum(const SourceFile& file) {
  std::string_view text = file.text;
  if (file.repeatable && text.find("${") != std::string_view::npos) return {};
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  std::uint32_t crc = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
    crc = crc32(text.substr(0, end), crc);
    const bool pair = text.substr(end).starts_with("\r\n");
    text.remove_prefix(std::min(end + (pair ? 2 : 1), text.size()));
  }
  return std::to_string(static_cast<std::int32_t>(crc));
}

}  // namespace whimbrel
