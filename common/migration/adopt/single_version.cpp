// Tools that keep only the last version: golang-migrate, tern, authelia's.
#include "common/migration/adopt/digests.h"
#include "common/migration/adopt/tools.h"

namespace whimbrel {

namespace {

ForeignHistory up_to(std::string version, std::string applied_at = {}) {
  ForeignHistory history;
  history.up_to_last = true;
  ForeignMigration last;
  last.version = std::move(version);
  last.applied_at = std::move(applied_at);
  history.migrations.push_back(std::move(last));
  return history;
}

}  // namespace

ForeignHistory read_golang_migrate_history(Host& host, const ForeignTable& table) {
  const std::string columns[] = {as_text("version"), "dirty"};
  const auto rows = read_texts(host, table, columns, "");
  if (rows.empty() || rows[0][0] == "-1") return {};
  if (rows.size() > 1)
    fail_foreign("table " + table.quoted() + " has " + std::to_string(rows.size()) + " rows",
                 "golang-migrate keeps one.", "Leave the row of the version that is applied.");
  if (rows[0][1] == "1")
    fail_foreign(
        "golang-migrate left version " + rows[0][0] + " dirty", "Its last run stopped half way.",
        "Finish by hand what that migration does, or undo it, then run \"migrate force\" with the version "
        "that is applied, and adopt again.");
  return up_to(rows[0][0]);
}

std::optional<std::int64_t> golang_migrate_lock(const Host& host, const Table& table) {
  const std::string name = table.schema + '\0' + table.name + '\0' + host.dialect().database;
  constexpr std::uint32_t kSalt = 1486364155;
  return static_cast<std::int64_t>(static_cast<std::uint32_t>(crc32(name) * kSalt));
}

ForeignHistory read_tern_history(Host& host, const ForeignTable& table) {
  const std::string columns[] = {as_text("version")};
  const auto rows = read_texts(host, table, columns, "");
  if (rows.empty() || rows[0][0] == "0") return {};
  return up_to(rows[0][0]);
}

ForeignHistory read_authelia_history(Host& host, const ForeignTable& table) {
  const std::string columns[] = {as_text("version_after"), as_text("applied")};
  const auto rows = read_texts(host, table, columns, "ORDER BY id DESC LIMIT 1");
  if (rows.empty() || rows[0][0].empty() || rows[0][0] == "0") return {};
  return up_to(rows[0][0], rows[0][1]);
}

}  // namespace whimbrel
