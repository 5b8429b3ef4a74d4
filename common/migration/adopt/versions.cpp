// Tables with one row for each migration.
#include <algorithm>

#include "common/migration/adopt/tools.h"
#include "common/migration/file_name.h"
#include "common/migration/forms/names.h"

namespace whimbrel {

namespace {

// The first of these columns that the table has, as text; '' without one.
std::string first_of(const ForeignTable& table, std::initializer_list<std::string_view> columns) {
  for (const std::string_view column : columns)
    if (table.has(column)) return as_text(column);
  return "''";
}

// These tools keep no order of application but the versions' own.
void sort_by_version(ForeignHistory& history) {
  std::ranges::stable_sort(history.migrations, [](const ForeignMigration& a, const ForeignMigration& b) {
    return compare_versions(a.version, b.version) < 0;
  });
}

}  // namespace

ForeignHistory read_versions(Host& host, const ForeignTable& table) {
  const std::string columns[] = {as_text(table.has("version_num") ? "version_num" : "version"),
                                 first_of(table, {"name"}),
                                 first_of(table, {"applied_on", "run_on", "run_at", "created_at"}),
                                 first_of(table, {"created_by"}), first_of(table, {"checksum"})};
  ForeignHistory history;
  for (auto& row : read_texts(host, table, columns, "")) {
    ForeignMigration one;
    one.version = std::move(row[0]);
    one.description = std::move(row[1]);
    std::replace(one.description.begin(), one.description.end(), '_', ' ');
    one.applied_at = std::move(row[2]);
    one.applied_by = std::move(row[3]);
    one.checksum = std::move(row[4]);
    history.migrations.push_back(std::move(one));
  }
  sort_by_version(history);
  return history;
}

ForeignHistory read_diesel_history(Host& host, const ForeignTable& table) {
  ForeignHistory history = read_versions(host, table);
  for (ForeignMigration& one : history.migrations) one.version = whole_time(std::move(one.version));
  sort_by_version(history);
  return history;
}

// Version 0 stands for the empty database.
ForeignHistory read_postgrator_history(Host& host, const ForeignTable& table) {
  ForeignHistory history = read_versions(host, table);
  std::erase_if(history.migrations, [](const ForeignMigration& one) { return one.version == "0"; });
  return history;
}

// Its rows say what they applied by a checksum of the text; without files the time of making is all that
// tells them apart.
ForeignHistory read_drizzle_history(Host& host, const ForeignTable& table) {
  const std::string columns[] = {as_text("created_at"), as_text("hash")};
  ForeignHistory history;
  for (auto& row : read_texts(host, table, columns, "")) {
    ForeignMigration one;
    one.version = std::move(row[0]);
    one.applied_at = one.version;
    one.key = std::move(row[1]);
    history.migrations.push_back(std::move(one));
  }
  sort_by_version(history);
  return history;
}

ForeignHistory read_django_history(Host& host, const ForeignTable& table) {
  const std::string columns[] = {as_text("app"), as_text("name"), as_text("applied")};
  ForeignHistory history;
  for (auto& row : read_texts(host, table, columns, "ORDER BY id")) {
    ForeignMigration one;
    one.version = row[0] + "." + row[1];
    one.applied_at = std::move(row[2]);
    history.migrations.push_back(std::move(one));
  }
  return history;
}

ForeignHistory read_named_history(Host& host, const ForeignTable& table) {
  const std::string columns[] = {as_text("name"), as_text("applied_at")};
  ForeignHistory history;
  for (auto& row : read_texts(host, table, columns, "ORDER BY id")) {
    ForeignMigration one;
    const auto name = parse_file_name(row[0]);
    one.version = name ? name->version : row[0];
    one.description = name ? name->description : "";
    one.applied_at = std::move(row[1]);
    history.migrations.push_back(std::move(one));
  }
  return history;
}

ForeignHistory read_pgroll_history(Host& host, const ForeignTable& table) {
  const std::string columns[] = {as_text("schema"), as_text("name"), as_text("created_at"), "done"};
  ForeignHistory history;
  for (auto& row : read_texts(host, table, columns, "ORDER BY created_at")) {
    if (row[3] != "1")
      fail_foreign("migration \"" + row[1] + "\" of pgroll is not complete", {},
                   "Run \"pgroll complete\" or \"pgroll rollback\" first.");
    ForeignMigration one;
    one.version = std::move(row[1]);
    one.description = "schema " + row[0];
    one.applied_at = std::move(row[2]);
    history.migrations.push_back(std::move(one));
  }
  return history;
}

}  // namespace whimbrel
