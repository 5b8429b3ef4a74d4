// All forms of migration files, the one list of them: their names, and how the form of a set is recognised.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "common/migration/forms/file_set.h"
#include "common/migration/source.h"

namespace whimbrel {

// The values of the option `form`.
inline constexpr std::array<std::string_view, 19> kFormNames = {
    "native",           "dbmate", "goose",    "golang-migrate", "flyway",    "sqlx",     "tern",
    "graphile-migrate", "sqitch", "supabase", "atlas",          "liquibase", "refinery", "prisma",
    "diesel",           "popx",   "morph",    "authelia",       "postgrator"};

// Fills files, baselines, callbacks, skipped and form of `source`. `form`: one of kFormNames; none: the form
// is recognised, by content first, then by names. Throws kMixedForms when files of two forms are in the set,
// with a file of each, and what the reader of the form does.
void read_files(FileSet&& set, const std::optional<std::string>& form, Source& source);

}  // namespace whimbrel
