// One reader for each tool: the files of a set as migrations of a source. Each takes what is the tool's, puts
// what the tool itself leaves out into Source::skipped, and refuses by name what cannot be done here. Nothing
// is run, sorted or hashed; texts are parsed only where one file holds many migrations.
#pragma once

#include "common/migration/forms/file_set.h"
#include "common/migration/source.h"

namespace whimbrel {

void read_native_files(FileSet&& set, Source& source);
void read_dbmate_files(FileSet&& set, Source& source);
void read_supabase_files(FileSet&& set, Source& source);
void read_goose_files(FileSet&& set, Source& source);
void read_tern_files(FileSet&& set, Source& source);
void read_golang_migrate_files(FileSet&& set, Source& source);
void read_sqlx_files(FileSet&& set, Source& source);
void read_morph_files(FileSet&& set, Source& source);
void read_postgrator_files(FileSet&& set, Source& source);
void read_authelia_files(FileSet&& set, Source& source);
void read_popx_files(FileSet&& set, Source& source);
void read_flyway_files(FileSet&& set, Source& source);
void read_refinery_files(FileSet&& set, Source& source);
void read_diesel_files(FileSet&& set, Source& source);
void read_prisma_files(FileSet&& set, Source& source);
void read_atlas_files(FileSet&& set, Source& source);
void read_graphile_files(FileSet&& set, Source& source);
void read_sqitch_files(FileSet&& set, Source& source);
void read_liquibase_files(FileSet&& set, Source& source);

// --- What several of them share

// A migration of a file. To fill one that has its place already is cheaper, where there are thousands.
void fill_migration(SourceFile& migration, NamedText&& file, std::string version, std::string description,
                    TextForm form);
SourceFile migration_of(NamedText&& file, std::string version, std::string description, TextForm form);

// Throws kUnsupported where the name of a file in Go is that of a migration.
void refuse_go(const std::string& name, std::string_view tool);

// What Prisma calls a migration.
std::string prisma_directory(const SourceFile& file);

// Throws kBadFileName: `wanted` is a sentence about the names of the tool.
[[noreturn]] void fail_name(const std::string& name, const std::string& wanted);

}  // namespace whimbrel
