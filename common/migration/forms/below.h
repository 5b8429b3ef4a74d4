// Which files of a directory belong to a source beside its .sql files, and when its subdirectories belong to
// it. Names only; nothing here touches a file.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/migration/directory.h"

namespace whimbrel {

// sqitch.plan, atlas.sum, metadata.toml, V1__x.sql.conf.
bool is_kept_beside(std::string_view name);

enum class BelowNames : std::uint8_t {
  none,         // subdirectories are not entered: archive/, seeds/, …
  sqitch,       // deploy/, revert/, verify/
  directories,  // those of diesel and Prisma alone: a schema.sql, a seed.sql stand beside them
  others,  // names that only Flyway, diesel, Prisma, popx, authelia, golang-migrate or graphile-migrate give
  // These, names of diesel's and Prisma's files in directories without a number, which are errors, and files
  // with a number in directories named after dialects.
  all,
};

// What to look for below a directory that has these files and subdirectories.
BelowNames below_names(const DirectoryFiles& top, const std::vector<std::string>& subdirectories);
bool is_named_below(BelowNames wanted, std::string_view path);

}  // namespace whimbrel
