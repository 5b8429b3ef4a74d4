// _prisma_migrations, with the SHA-256 of each migration.sql.
#include "common/migration/adopt/digests.h"
#include "common/migration/adopt/tools.h"
#include "common/migration/forms/names.h"

namespace whimbrel {

namespace {

constexpr std::size_t kSha256Bytes = 32;

}  // namespace

ForeignHistory read_prisma_history(Host& host, const ForeignTable& table) {
  const std::string columns[] = {as_text("migration_name"), as_text("finished_at"), as_text("rolled_back_at"),
                                 as_text("checksum")};
  ForeignHistory history;
  std::vector<std::string> numbered;
  for (auto& row : read_texts(host, table, columns, "ORDER BY started_at, migration_name")) {
    if (!row[2].empty()) continue;
    if (row[1].empty())
      fail_foreign(
          "migration \"" + row[0] + "\" of Prisma is not finished", {},
          "Resolve it first: \"prisma migrate resolve --applied\" or \"--rolled-back\" with its name.");
    ForeignMigration one;
    one.key = one.version = std::move(row[0]);
    if (const std::size_t digits = leading_digits(one.key); digits > 0) {
      numbered.push_back(one.key);
      if (digits + 1 < one.key.size())
        one.description = words_of(std::string_view(one.key).substr(digits + 1));
    }
    one.applied_at = std::move(row[1]);
    if (is_digest_hex(row[3], kSha256Bytes)) one.checksum = std::move(row[3]);
    history.migrations.push_back(std::move(one));
  }
  const std::map<std::string, std::string> versions = prisma_versions(std::move(numbered));
  for (ForeignMigration& one : history.migrations)
    if (const auto found = versions.find(one.key); found != versions.end()) one.version = found->second;
  return history;
}

}  // namespace whimbrel
