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

// In any directory: a migration without a number in its name is an error, not left out.
bool is_diesel_name(std::string_view path) {
  const std::string_view base = base_name(path);
  std::string_view directory = directory_name(path);
  if (directory.empty()) return false;
  if (base == "up.sql" || base == "down.sql") return true;
  directory.remove_suffix(1);
  return base == "metadata.toml" && parse_diesel_directory(base_name(directory)).has_value();
}

bool is_prisma_name(std::string_view path) {
  return base_name(path) == "migration.sql" && !directory_name(path).empty();
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
  for (const NamedText& file : top.texts) {
    if (file.name == "sqitch.plan") return BelowNames::sqitch;
    if (file.name == "current.sql" || is_flyway_name(file.name) || parse_popx_name(file.name))
      return BelowNames::others;
    sql = sql || is_sql_file(file.name);
  }
  return sql ? BelowNames::none : BelowNames::others;
}

bool is_named_below(BelowNames wanted, std::string_view path) {
  if (wanted == BelowNames::none) return false;
  if (wanted == BelowNames::sqitch)
    return is_sql_file(path) &&
           (path.starts_with("deploy/") || path.starts_with("revert/") || path.starts_with("verify/"));
  const std::string_view base = base_name(path);
  return is_flyway_name(base) || is_diesel_name(path) || is_prisma_name(path) || is_graphile_name(path) ||
         parse_pair_name(base) || parse_authelia_name(base);
}

}  // namespace whimbrel
