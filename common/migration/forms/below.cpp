#include "common/migration/forms/below.h"

#include <algorithm>

#include "common/migration/file_name.h"
#include "common/migration/forms/file_set.h"
#include "common/migration/forms/names.h"

namespace whimbrel {

namespace {

bool is_flyway_name(std::string_view base) {
  return parse_flyway_name(base).has_value() || !flyway_callback(base).empty() ||
         (base.ends_with(".conf") && parse_flyway_name(base.substr(0, base.size() - 5)));
}

// up.sql, down.sql and metadata.toml of diesel, migration.sql of Prisma; `numbered`: in a directory whose
// name begins with its version.
bool is_directory_migration(std::string_view path, bool numbered) {
  const std::string_view base = base_name(path);
  const std::string_view directory = parent_name(path);
  if (directory.empty()) return false;
  if (base == "metadata.toml") return parse_diesel_directory(directory).has_value();
  if (base == "migration.sql") return !numbered || leading_digits(directory) > 0;
  if (base != "up.sql" && base != "down.sql") return false;
  return !numbered || parse_diesel_directory(directory).has_value();
}

bool is_graphile_name(std::string_view path) {
  return is_sql_file(path) && (path.starts_with("committed/") || path.starts_with("fixtures/") ||
                               path.find("/committed/") != std::string_view::npos ||
                               path.find("/fixtures/") != std::string_view::npos);
}

}  // namespace

bool is_kept_beside(std::string_view name) {
  return name == "sqitch.plan" || name == "atlas.sum" || name == "metadata.toml" ||
         name.ends_with(".sql.conf");
}

BelowNames below_names(const DirectoryFiles& top, const std::vector<std::string>& subdirectories) {
  if (subdirectories.empty()) return BelowNames::none;
  bool sql = false;
  bool versioned = false;
  for (const NamedText& file : top.texts) {
    if (file.name == "sqitch.plan") return BelowNames::sqitch;
    if (file.name == "current.sql" || is_flyway_name(file.name) || parse_popx_name(file.name))
      return BelowNames::others;
    sql = sql || is_sql_file(file.name);
    versioned = versioned || leading_digits(file.name) > 0 || parse_authelia_name(file.name);
  }
  if (!sql) return BelowNames::all;
  return versioned ? BelowNames::none : BelowNames::directories;
}

bool is_named_below(BelowNames wanted, std::string_view path) {
  if (wanted == BelowNames::none) return false;
  if (wanted == BelowNames::sqitch)
    return is_sql_file(path) &&
           (path.starts_with("deploy/") || path.starts_with("revert/") || path.starts_with("verify/"));
  if (wanted == BelowNames::directories) return is_directory_migration(path, true);
  const std::string_view base = base_name(path);
  if (wanted == BelowNames::all && is_sql_file(base) && leading_digits(base) > 0 &&
      is_dialect(parent_name(path)))
    return true;
  return is_flyway_name(base) || is_directory_migration(path, wanted == BelowNames::others) ||
         is_graphile_name(path) || parse_pair_name(base) || parse_authelia_name(base);
}

}  // namespace whimbrel
