// _prisma_migrations, with the SHA-256 of each migration.sql.
#include <algorithm>

#include "common/migration/adopt/digests.h"
#include "common/migration/adopt/tools.h"
#include "common/migration/file_name.h"
#include "common/migration/forms/names.h"
#include "common/text/sha.h"

namespace whimbrel {

namespace {

constexpr std::size_t kSha256Bytes = 32;

}  // namespace

ForeignHistory read_prisma_history(Host& host, const ForeignTable& table) {
  const std::string columns[] = {as_text("migration_name"), as_text("finished_at"), as_text("rolled_back_at"),
                                 as_text("checksum")};
  ForeignHistory history;
  for (auto& row : read_texts(host, table, columns, "ORDER BY started_at, migration_name")) {
    if (!row[2].empty()) continue;
    if (row[1].empty())
      fail_foreign(
          "migration \"" + row[0] + "\" of Prisma is not finished", {},
          "Resolve it first: \"prisma migrate resolve --applied\" or \"--rolled-back\" with its name.");
    const std::size_t underscore = row[0].find('_');
    const bool numbered = is_version(row[0].substr(0, underscore));
    ForeignMigration one;
    one.version = numbered ? whole_time(row[0].substr(0, underscore)) : row[0];
    if (numbered && underscore != std::string::npos) one.description = row[0].substr(underscore + 1);
    std::replace(one.description.begin(), one.description.end(), '_', ' ');
    one.applied_at = std::move(row[1]);
    if (is_digest_hex(row[3], kSha256Bytes)) one.checksum = std::move(row[3]);
    history.migrations.push_back(std::move(one));
  }
  return history;
}

std::string prisma_checksum(const SourceFile& file) { return sha256_hex(file.text); }

}  // namespace whimbrel
