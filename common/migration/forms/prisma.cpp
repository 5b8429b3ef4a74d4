// Prisma: a directory {timestamp}_{name} for each migration, with migration.sql.
#include "common/migration/forms/names.h"
#include "common/migration/forms/tools.h"

namespace whimbrel {

void read_prisma_files(FileSet&& set, Source& source) {
  for (NamedText& file : set.files) {
    if (base_name(file.name) != "migration.sql") {
      if (file.name.ends_with(".sql")) source.skipped.push_back(file.name);
      continue;
    }
    std::string_view path = directory_name(file.name);
    if (!path.empty()) path.remove_suffix(1);
    const std::string directory(base_name(path));
    const std::size_t digits = leading_digits(directory);
    if (digits == 0)
      fail_name(file.name,
                "Prisma's directories are named {timestamp}_{name}, as in "
                "\"20200101000000_create_users/migration.sql\".");
    std::string description =
        digits + 1 < directory.size() ? words_of(std::string_view(directory).substr(digits + 1)) : "";
    file.name = directory + "/migration.sql";
    source.files.push_back(migration_of(std::move(file), whole_time(directory.substr(0, digits)),
                                        std::move(description), TextForm::plain));
  }
}

}  // namespace whimbrel
