#include <array>

#include "common/migration/adopt/foreign_history.h"
#include "common/migration/adopt/tools.h"
#include "common/migration/forms/tools.h"
#include "common/text/sha.h"

namespace whimbrel {

namespace {

using Names = std::string_view;

constexpr Names kGoose[] = {"id", "version_id", "is_applied", "tstamp"};
constexpr Names kGolangMigrate[] = {"version", "dirty"};
constexpr Names kFlyway[] = {"installed_rank", "version",      "description",  "type",           "script",
                             "checksum",       "installed_by", "installed_on", "execution_time", "success"};
constexpr Names kLiquibase[] = {"id",       "author", "filename", "dateexecuted", "orderexecuted",
                                "exectype", "md5sum"};
constexpr Names kSqlx[] = {"version", "description", "installed_on", "success", "checksum", "execution_time"};
constexpr Names kGraphile[] = {"hash", "previous_hash", "filename", "date"};
constexpr Names kSqitch[] = {"change_id",    "change",         "project",   "note",
                             "committed_at", "committer_name", "planned_at"};
constexpr Names kSupabase[] = {"version", "statements"};
constexpr Names kAtlas[] = {"version", "description", "type", "applied", "total", "executed_at", "hash"};
constexpr Names kPgroll[] = {"schema", "name", "migration", "parent", "done", "created_at"};
constexpr Names kRefinery[] = {"version", "name", "applied_on", "checksum"};
constexpr Names kDiesel[] = {"version", "run_on"};
constexpr Names kPrisma[] = {"id",        "checksum", "finished_at", "migration_name", "rolled_back_at",
                             "started_at"};
constexpr Names kPopx[] = {"version", "version_self"};
constexpr Names kOmni[] = {"id", "name", "migration", "applied_at"};
constexpr Names kAlembic[] = {"version_num"};
constexpr Names kDjango[] = {"id", "app", "name", "applied"};
constexpr Names kDrizzle[] = {"id", "hash", "created_at"};
constexpr Names kD1[] = {"id", "name", "applied_at"};
constexpr Names kMorph[] = {"version", "name"};
constexpr Names kAuthelia[] = {"id", "applied", "version_before", "version_after"};
constexpr Names kPostgrator[] = {"version", "name", "md5", "run_at"};
constexpr Names kVersion[] = {"version"};

bool has_integer_version(const ForeignTable& table) {
  return table.table->columns[table.table->find_column("version")].kind == Kind::integer;
}

// A table of one or two columns could be anything's: its name must speak of migrations too.
bool is_named_so(const ForeignTable& table) {
  const std::string& name = table.table->name;
  return name.find("migration") != std::string::npos || name.find("version") != std::string::npos;
}

bool is_rails(const ForeignTable& table) {
  return is_named_so(table) && !has_integer_version(table) &&
         table.sibling("ar_internal_metadata") != nullptr;
}
bool is_dbmate(const ForeignTable& table) {
  return is_named_so(table) && !has_integer_version(table) &&
         table.sibling("ar_internal_metadata") == nullptr;
}
// sqitch keeps a log beside its changes, with all of their columns.
bool is_no_log(const ForeignTable& table) { return !table.has("event"); }
bool is_tern(const ForeignTable& table) { return is_named_so(table) && has_integer_version(table); }

template <std::int64_t key>
std::optional<std::int64_t> lock(const Host&, const Table&) {
  return key;
}

const std::array kTools = {
    ForeignTool{.name = "flyway",
                .form = "flyway",
                .columns = kFlyway,
                .read = read_flyway_history,
                .checksum_of = flyway_checksum},
    ForeignTool{.name = "liquibase",
                .form = "liquibase",
                .columns = kLiquibase,
                .read = read_liquibase_history,
                .key_of = liquibase_key,
                .needs_source = true},
    ForeignTool{.name = "sqlx",
                .form = "sqlx",
                .columns = kSqlx,
                .no_others = true,
                .read = read_sqlx_history,
                .lock = sqlx_lock,
                .checksum_of = sqlx_checksum},
    ForeignTool{.name = "sqitch",
                .form = "sqitch",
                .columns = kSqitch,
                .fits = is_no_log,
                .read = read_sqitch_history,
                .lock = lock<75474063>,
                .checksum_of = sqitch_checksum,
                .key_of = sqitch_key},
    ForeignTool{.name = "atlas",
                .form = "atlas",
                .columns = kAtlas,
                .read = read_atlas_history,
                .chained_checksums = atlas_checksums},
    ForeignTool{.name = "prisma",
                .form = "prisma",
                .columns = kPrisma,
                .read = read_prisma_history,
                .lock = lock<72707369>,
                .checksum_of = text_sha256,
                .key_of = prisma_directory},
    ForeignTool{.name = "pgroll", .form = {}, .columns = kPgroll, .read = read_pgroll_history},
    ForeignTool{.name = "goose",
                .form = "goose",
                .columns = kGoose,
                .no_others = true,
                .read = read_goose_history,
                .lock = lock<4097083626>},
    ForeignTool{.name = "graphile-migrate",
                .form = "graphile-migrate",
                .columns = kGraphile,
                .no_others = true,
                .read = read_graphile_history,
                .checksum_of = graphile_checksum},
    ForeignTool{.name = "authelia", .form = "authelia", .columns = kAuthelia, .read = read_authelia_history},
    ForeignTool{.name = "refinery",
                .form = "refinery",
                .columns = kRefinery,
                .no_others = true,
                .read = read_refinery_history,
                .checksum_of = refinery_checksum},
    ForeignTool{
        .name = "django", .form = {}, .columns = kDjango, .no_others = true, .read = read_django_history},
    ForeignTool{.name = "omni", .form = {}, .columns = kOmni, .no_others = true, .read = read_named_history},
    ForeignTool{.name = "supabase", .form = "supabase", .columns = kSupabase, .read = read_versions},
    ForeignTool{.name = "golang-migrate",
                .form = "golang-migrate",
                .columns = kGolangMigrate,
                .no_others = true,
                .read = read_golang_migrate_history,
                .lock = golang_migrate_lock},
    ForeignTool{.name = "diesel",
                .form = "diesel",
                .columns = kDiesel,
                .no_others = true,
                .read = read_diesel_history},
    ForeignTool{.name = "popx", .form = "popx", .columns = kPopx, .no_others = true, .read = read_versions},
    ForeignTool{.name = "drizzle",
                .form = {},
                .columns = kDrizzle,
                .no_others = true,
                .fits = is_named_so,
                .read = read_drizzle_history,
                .key_of = text_sha256,
                .key_is_checksum = true},
    ForeignTool{.name = "d1",
                .form = {},
                .columns = kD1,
                .no_others = true,
                .fits = is_named_so,
                .read = read_named_history},
    ForeignTool{.name = "morph",
                .form = "morph",
                .columns = kMorph,
                .no_others = true,
                .fits = is_named_so,
                .read = read_versions},
    ForeignTool{.name = "postgrator",
                .form = "postgrator",
                .columns = kPostgrator,
                .no_others = true,
                .read = read_postgrator_history},
    ForeignTool{.name = "alembic", .form = {}, .columns = kAlembic, .no_others = true, .read = read_versions},
    ForeignTool{.name = "rails",
                .form = {},
                .columns = kVersion,
                .no_others = true,
                .fits = is_rails,
                .read = read_versions},
    ForeignTool{.name = "tern",
                .form = "tern",
                .columns = kVersion,
                .no_others = true,
                .fits = is_tern,
                .read = read_tern_history,
                .lock = lock<9628173550095224>},
    ForeignTool{.name = "dbmate",
                .form = "dbmate",
                .columns = kVersion,
                .no_others = true,
                .fits = is_dbmate,
                .read = read_versions},
};

}  // namespace

std::string text_sha256(const SourceFile& file) { return sha256_hex(file.text); }

std::span<const ForeignTool> foreign_tools() { return kTools; }

}  // namespace whimbrel
