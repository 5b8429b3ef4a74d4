// atlas_schema_revisions. Its checksums go on from file to file, as in atlas.sum: SHA-256 over the names and
// bytes of all files up to this one.
#include <algorithm>
#include <cstdlib>

#include "common/migration/adopt/tools.h"
#include "common/migration/file_name.h"
#include "common/text/base64.h"
#include "common/text/sha.h"

namespace whimbrel {

namespace {

// The flags of the column "type".
constexpr int kBaseline = 1;
constexpr int kExecute = 2;

// 44 digits of base64, of 32 bytes.
bool is_chained_checksum(const std::string& text) {
  std::string bytes;
  return decode_base64(text, bytes) && bytes.size() == 32;
}

}  // namespace

ForeignHistory read_atlas_history(Host& host, const ForeignTable& table) {
  const std::string columns[] = {as_text("version"),
                                 as_text("description"),
                                 as_text("executed_at"),
                                 as_text("type"),
                                 "applied",
                                 "total",
                                 table.has("error") ? as_text("error") : "''",
                                 as_text("hash")};
  ForeignHistory history;
  for (auto& row : read_texts(host, table, columns, "ORDER BY executed_at, version")) {
    if (!is_version(row[0])) continue;  // ".atlas_cloud_identifier" and the like are no migrations
    if (row[4] != row[5] || !row[6].empty())
      fail_foreign("migration \"" + row[0] + "\" of Atlas is applied only in part: " + row[4] + " of " +
                       row[5] + " statements",
                   row[6].empty() ? "" : "Its error was: " + row[6],
                   "End it with \"atlas migrate apply\", or mark it with \"atlas migrate set\".");
    const int type = row[3].empty() ? 0 : std::atoi(row[3].c_str());
    if ((type & kBaseline) != 0) history.baseline = row[0];
    ForeignMigration one;
    one.version = std::move(row[0]);
    one.description = std::move(row[1]);
    std::replace(one.description.begin(), one.description.end(), '_', ' ');
    one.applied_at = std::move(row[2]);
    if (type == kExecute && is_chained_checksum(row[7])) one.checksum = std::move(row[7]);
    history.migrations.push_back(std::move(one));
  }
  return history;
}

// Files that "atlas:sum ignore" leaves out were found in other ways by other releases: from there on nothing
// is comparable.
std::vector<std::string> atlas_checksums(std::vector<const SourceFile*>& files) {
  std::sort(files.begin(), files.end(),
            [](const SourceFile* a, const SourceFile* b) { return a->name < b->name; });
  std::vector<std::string> checksums(files.size());
  RunningSha256 digest;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (files[i]->text.find("atlas:sum") != std::string::npos) break;
    digest.add(files[i]->name);
    digest.add(files[i]->text);
    const std::string bytes = digest.so_far();
    checksums[i].resize(base64_size(bytes.size()));
    encode_base64(checksums[i].data(), bytes);
  }
  return checksums;
}

}  // namespace whimbrel
