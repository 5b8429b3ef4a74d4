// Prisma: a directory {timestamp}_{name} for each migration, with migration.sql.
#include "common/migration/forms/names.h"
#include "common/migration/forms/tools.h"

namespace whimbrel {

void read_prisma_files(FileSet&& set, Source& source) {
  std::vector<std::string> directories;
  for (NamedText& file : set.files) {
    if (base_name(file.name) != "migration.sql") {
      if (file.name.ends_with(".sql")) source.skipped.push_back(file.name);
      continue;
    }
    std::string directory(parent_name(file.name));
    const std::size_t digits = leading_digits(directory);
    if (digits == 0)
      fail_name(file.name,
                "Prisma's directories are named {timestamp}_{name}, as in "
                "\"20200101000000_create_users/migration.sql\".");
    std::string description =
        digits + 1 < directory.size() ? words_of(std::string_view(directory).substr(digits + 1)) : "";
    file.name = directory + "/migration.sql";
    source.files.push_back(migration_of(std::move(file), {}, std::move(description), TextForm::plain));
    directories.push_back(std::move(directory));
  }
  const std::map<std::string, std::string> versions = prisma_versions(std::move(directories));
  for (SourceFile& file : source.files) file.version = versions.at(prisma_directory(file));
}

std::string prisma_directory(const SourceFile& file) { return std::string(parent_name(file.name)); }

}  // namespace whimbrel
