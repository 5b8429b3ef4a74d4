// diesel: a directory {version}_{name} for each migration, with up.sql, down.sql and metadata.toml.
#include <map>

#include "common/error.h"
#include "common/migration/forms/names.h"
#include "common/migration/forms/tools.h"
#include "common/text/ascii.h"

namespace whimbrel {

namespace {

bool runs_in_transaction(const NamedText& metadata) {
  bool result = true;
  for_each_line(metadata.text, [&](std::string_view line, std::size_t offset) {
    line = trimmed(line.substr(0, line.find('#')));
    if (line.empty()) return true;
    const std::size_t equals = line.find('=');
    const std::string_view key = trimmed(line.substr(0, equals));
    const std::string_view value =
        equals == std::string_view::npos ? std::string_view() : trimmed(line.substr(equals + 1));
    if (key != "run_in_transaction" || (value != "true" && value != "false")) {
      throw Error(code::kUnsupported,
                  at_line("file \"" + metadata.name + "\"", metadata.text, offset) + ": setting \"" +
                      std::string(line) + "\" cannot be followed",
                  {}, "run_in_transaction is the only one, and it is true or false.");
    }
    result = value == "true";
    return true;
  });
  return result;
}

}  // namespace

void read_diesel_files(FileSet&& set, Source& source) {
  struct Folder {
    NamedText* up = nullptr;
    NamedText* down = nullptr;
    NamedText* metadata = nullptr;
  };
  std::map<std::string, Folder> folders;
  for (NamedText& file : set.files) {
    const std::string_view base = base_name(file.name);
    Folder* folder = nullptr;
    if (base == "up.sql" || base == "down.sql" || base == "metadata.toml")
      folder = &folders[std::string(directory_name(file.name))];
    if (folder == nullptr) {
      if (base.ends_with(".sql")) source.skipped.push_back(file.name);
    } else {
      (base == "up.sql" ? folder->up : base == "down.sql" ? folder->down : folder->metadata) = &file;
    }
  }
  for (auto& [path, folder] : folders) {
    const std::string directory(parent_name(path));
    auto name = parse_diesel_directory(directory);
    if (!name)
      fail_name(path + "up.sql",
                "diesel's directories are named {version}_{name}, as in "
                "\"2020-01-01-000000_create_users/up.sql\".");
    if (folder.up == nullptr)
      throw Error(code::kMigrationSyntax, "migration \"" + directory + "\" has no up.sql", {},
                  "Put the file that applies it into the directory; it may hold a comment alone.");
    const bool transaction = folder.metadata == nullptr || runs_in_transaction(*folder.metadata);
    folder.up->name = directory + "/up.sql";
    SourceFile migration = migration_of(std::move(*folder.up), std::move(name->version),
                                        std::move(name->description), TextForm::plain);
    migration.transaction = transaction;
    if (folder.down != nullptr)
      migration.down = CompanionText{directory + "/down.sql", std::move(folder.down->text), transaction};
    source.files.push_back(std::move(migration));
  }
}

}  // namespace whimbrel
