// The readers of the tools' tables, one for each; foreign_tools.cpp lists them. Each throws kForeignHistory
// for a run that failed half way.
#pragma once

#include "common/migration/adopt/foreign_history.h"

namespace whimbrel {

ForeignHistory read_goose_history(Host& host, const ForeignTable& table);
ForeignHistory read_golang_migrate_history(Host& host, const ForeignTable& table);
ForeignHistory read_tern_history(Host& host, const ForeignTable& table);
ForeignHistory read_authelia_history(Host& host, const ForeignTable& table);
ForeignHistory read_flyway_history(Host& host, const ForeignTable& table);
ForeignHistory read_liquibase_history(Host& host, const ForeignTable& table);
ForeignHistory read_sqlx_history(Host& host, const ForeignTable& table);
ForeignHistory read_graphile_history(Host& host, const ForeignTable& table);
ForeignHistory read_sqitch_history(Host& host, const ForeignTable& table);
ForeignHistory read_atlas_history(Host& host, const ForeignTable& table);
ForeignHistory read_prisma_history(Host& host, const ForeignTable& table);
ForeignHistory read_pgroll_history(Host& host, const ForeignTable& table);
ForeignHistory read_django_history(Host& host, const ForeignTable& table);
ForeignHistory read_refinery_history(Host& host, const ForeignTable& table);
// One row for each migration, and nothing else to know: dbmate, Rails, diesel, popx, morph, Supabase,
// Alembic.
ForeignHistory read_versions(Host& host, const ForeignTable& table);
ForeignHistory read_drizzle_history(Host& host, const ForeignTable& table);
// Files by their names: D1, omni.
ForeignHistory read_named_history(Host& host, const ForeignTable& table);
ForeignHistory read_postgrator_history(Host& host, const ForeignTable& table);
ForeignHistory read_diesel_history(Host& host, const ForeignTable& table);

std::string flyway_checksum(const SourceFile& file);
std::string sqlx_checksum(const SourceFile& file);
std::string graphile_checksum(const SourceFile& file);
std::string sqitch_checksum(const SourceFile& file);
std::string sqitch_key(const SourceFile& file);
std::string text_sha256(const SourceFile& file);  // Prisma, Drizzle
std::string refinery_checksum(const SourceFile& file);
std::vector<std::string> atlas_checksums(std::vector<const SourceFile*>& files);
std::string liquibase_key(const SourceFile& file);

std::optional<std::int64_t> golang_migrate_lock(const Host& host, const Table& table);
std::optional<std::int64_t> sqlx_lock(const Host& host, const Table& table);

}  // namespace whimbrel
