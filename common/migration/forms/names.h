// The names of migration files in the forms of other tools. Each function takes a name without directories
// and gives its parts, or nullopt when it is not of the form.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/migration/form.h"

namespace whimbrel {

// 000118_add_tags.up.sql, 30_x.up..sql (golang-migrate, sqlx, morph); 118-add-tags.up.sql and 118.up.sql too.
struct PairName {
  std::string version;
  std::string description;  // "add tags"
  PartKind kind = PartKind::up;
};
std::optional<PairName> parse_pair_name(std::string_view name);
// 118.do.add-tags.sql, 118.undo.sql (postgrator).
std::optional<PairName> parse_postgrator_name(std::string_view name);
// 118.add_tags.rollback.sql, 118-add.down.sql: a part between dots says that the file undoes another.
bool is_named_undo(std::string_view name);
// 118-add-tags-down.sql: so does the last word.
bool ends_as_undo(std::string_view name);

// The names that may say which engine a file is for.
struct DialectName {
  PairName pair;
  std::string dialect;      // empty: for all
  bool autocommit = false;  // outside a transaction
};
// 20200519101057_networks[.sqlite3][.autocommit].up.sql (popx): 14 or 20 digits.
std::optional<DialectName> parse_popx_name(std::string_view name);
// V0001.add_tags[.postgres].up.sql (authelia); "all" is one of its dialects.
std::optional<DialectName> parse_authelia_name(std::string_view name);
// Whether a dialect of popx is that of an engine (Dialect::engine).
bool is_dialect_of(std::string_view dialect, std::string_view engine);
// "postgres", "sqlite3", "mysql", …: as popx and others call dialects, in files and directories.
bool is_dialect(std::string_view name);

// V1_2__add_tags.sql, U1.2__x.sql, B3__x.sql, R__views.sql (Flyway, refinery). The version's underscores are
// dots here.
struct FlywayName {
  char prefix = 'V';
  std::string version;  // empty: R
  std::string description;
};
std::optional<FlywayName> parse_flyway_name(std::string_view name);

// beforeMigrate.sql, afterEachMigrate__grants.sql: the callback's name, which Flyway knows; empty otherwise.
std::string_view flyway_callback(std::string_view name);

// 2020-01-01-000000_create_users (diesel's directories): version 20200101000000.
struct VersionedName {
  std::string version;
  std::string description;
};
std::optional<VersionedName> parse_diesel_directory(std::string_view name);

// The beginning of a time, a date (8 digits) or a date and minutes (12), with the digits that it lacks: so
// numbers have the order of texts, in which 20260326 stands behind 20260324182918.
std::string whole_time(std::string digits);

// The version of each of Prisma's directories {digits}_{description}: their time. Where several have the
// same, those behind the first by name get ".1", ".2".
std::map<std::string, std::string> prisma_versions(std::vector<std::string> directories);

// {digits}_{description}.sql (goose, sqlx, tern, Supabase); nothing may be missing.
std::optional<VersionedName> parse_number_name(std::string_view name);

// "add_tags" → "add tags".
std::string words_of(std::string_view name);

// How many digits it begins with.
std::size_t leading_digits(std::string_view text);

}  // namespace whimbrel
