// How Whimbrel's own tables are called, and what tells them from tables of others that are called alike.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace whimbrel {

inline constexpr std::string_view kMigrationsTable = "schema_migrations";
inline constexpr std::string_view kLogTable = "migration_log";
inline constexpr std::string_view kSourcesTable = "migration_sources";
inline constexpr std::string_view kJournalTable = "migration_journal";

// Which functions need a table. In SQLite each group comes with the first of its functions that writes, so
// that no name is taken from an application that does not use them.
enum class OwnTables : std::uint8_t { migrations, rules, origins, bundles };

// Each with a column that no other tool's table of this name has.
struct OwnTable {
  std::string_view name;
  std::string_view mark;
  OwnTables group;
};

// All of them, as tables.sql makes them.
inline constexpr OwnTable kOwnTables[] = {
    {kMigrationsTable, "token_checksum", OwnTables::migrations},
    {kLogTable, "log_id", OwnTables::migrations},
    {kJournalTable, "statement_hash", OwnTables::migrations},
    {kSourcesTable, "up_sql", OwnTables::migrations},
    {"transfer_rules", "rule_id", OwnTables::rules},
    {"id_origins", "origin_key", OwnTables::origins},
    {"bundles", "spec", OwnTables::bundles},
    {"bundle_runs", "replaced", OwnTables::bundles},
};

// Those of a history, of which each schema may have one.
inline constexpr std::span<const OwnTable> kHistoryTables(kOwnTables, 3);

}  // namespace whimbrel
