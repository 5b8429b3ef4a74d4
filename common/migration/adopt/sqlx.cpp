// _sqlx_migrations, with the SHA-384 of each file's bytes.
#include <algorithm>

#include "common/each_row.h"
#include "common/migration/adopt/digests.h"
#include "common/migration/adopt/tools.h"
#include "common/text/hex.h"
#include "common/text/sha.h"

namespace whimbrel {

ForeignHistory read_sqlx_history(Host& host, const ForeignTable& table) {
  const std::string columns[] = {as_text("version"), as_text("description"), as_text("installed_on"),
                                 "success"};
  ForeignHistory history;
  for (auto& row : read_texts(host, table, columns, "ORDER BY installed_on, version")) {
    if (row[3] != "1")
      fail_foreign("sqlx's migration " + row[0] + " failed", "Its row in " + table.quoted() + " says so.",
                   "Undo by hand what it did, delete that row, and adopt again.");
    ForeignMigration one;
    one.version = std::move(row[0]);
    one.description = std::move(row[1]);
    one.applied_at = std::move(row[2]);
    history.migrations.push_back(std::move(one));
  }
  std::size_t at = 0;
  for_each_row(host, "SELECT checksum FROM " + table.quoted() + " ORDER BY installed_on, version", {},
               [&](const Cell* row) {
                 if (row[0].tag != Tag::bytes || at >= history.migrations.size()) return;
                 append_hex(history.migrations[at++].checksum, row[0].view());
               });
  return history;
}

std::string sqlx_checksum(const SourceFile& file) { return sha384_hex(file.text); }

std::optional<std::int64_t> sqlx_lock(const Host& host, const Table&) {
  return std::int64_t{0x3d32ad9e} * static_cast<std::int64_t>(crc32(host.dialect().database));
}

}  // namespace whimbrel
