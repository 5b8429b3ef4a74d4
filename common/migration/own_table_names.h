// How Whimbrel's own tables are called, and what tells them from tables of others that are called alike.
#pragma once

#include <span>
#include <string_view>

namespace whimbrel {

inline constexpr std::string_view kMigrationsTable = "schema_migrations";
inline constexpr std::string_view kLogTable = "migration_log";
inline constexpr std::string_view kSourcesTable = "migration_sources";
inline constexpr std::string_view kJournalTable = "migration_journal";

// Each with a column that no other tool's table of this name has.
struct OwnTable {
  std::string_view name;
  std::string_view mark;
};

// All of them, those of other functions too, as tables.sql makes them.
inline constexpr OwnTable kOwnTables[] = {
    {kMigrationsTable, "token_checksum"},
    {kLogTable, "log_id"},
    {kJournalTable, "statement_hash"},
    {kSourcesTable, "up_sql"},
    {"transfer_rules", "rule_id"},
    {"id_origins", "origin_key"},
    {"bundles", "spec"},
    {"bundle_runs", "replaced"},
};

// Those of a history, of which each schema may have one.
inline constexpr std::span<const OwnTable> kHistoryTables(kOwnTables, 3);

}  // namespace whimbrel
