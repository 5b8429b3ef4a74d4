// graphile_migrate.migrations: the hash is the one in the file's header.
#include "common/migration/adopt/tools.h"
#include "common/migration/forms/marks.h"
#include "common/migration/forms/names.h"
#include "common/text/ascii.h"

namespace whimbrel {

ForeignHistory read_graphile_history(Host& host, const ForeignTable& table) {
  const std::string columns[] = {as_text("filename"), as_text("hash"), as_text("date")};
  ForeignHistory history;
  for (auto& row : read_texts(host, table, columns, "ORDER BY filename")) {
    ForeignMigration one;
    one.version = row[0].substr(0, leading_digits(row[0]));
    one.checksum = std::move(row[1]);
    one.applied_at = std::move(row[2]);
    history.migrations.push_back(std::move(one));
  }
  return history;
}

std::string graphile_checksum(const SourceFile& file) {
  std::string hash;
  for_each_line(file.text, [&hash](std::string_view line, std::size_t) {
    if (!line.starts_with("--!")) return false;
    const std::string_view rest = trimmed(line.substr(3));
    if (rest.starts_with("Hash:")) hash = trimmed(rest.substr(5));
    return hash.empty();
  });
  return hash;
}

}  // namespace whimbrel
