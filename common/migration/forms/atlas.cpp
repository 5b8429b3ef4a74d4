// Atlas: plain files with directives in comments (-- atlas:txmode none). atlas.sum is Atlas' own business.
#include <algorithm>
#include <array>

#include "common/error.h"
#include "common/migration/file_name.h"
#include "common/migration/forms/names.h"
#include "common/migration/forms/tools.h"
#include "common/text/ascii.h"

namespace whimbrel {

namespace {

struct Directives {
  bool transaction = true;
  bool checkpoint = false;
};

[[noreturn]] void refuse(const NamedText& file, std::size_t offset, std::string_view directive,
                         std::string hint) {
  throw Error(code::kUnsupported,
              at_line("migration \"" + file.name + "\"", file.text, offset) + ": \"" +
                  std::string(directive) + "\" cannot be followed here",
              {}, std::move(hint));
}

Directives read_directives(const NamedText& file) {
  Directives directives;
  for_each_line(file.text, [&](std::string_view line, std::size_t offset) {
    if (!line.starts_with("--")) return true;
    const std::string_view directive = trimmed(line.substr(2));
    if (!directive.starts_with("atlas:")) return true;
    const std::size_t blank = directive.find_first_of(" \t");
    const std::string_view name = directive.substr(6, blank == std::string_view::npos ? blank : blank - 6);
    const std::string_view value =
        blank == std::string_view::npos ? std::string_view() : trimmed(directive.substr(blank));
    if (name == "txmode") {
      if (value != "none" && value != "file" && value != "all") refuse(file, offset, directive, {});
      if (value == "none") directives.transaction = false;
    } else if (name == "checkpoint") {
      directives.checkpoint = true;
    } else if (name == "delimiter") {
      // Blank lines and comments divide what the engine divides anyway.
      const bool blank_delimiter =
          value.starts_with("--") || value.find_first_not_of("\\nrt ;\"") == std::string_view::npos;
      if (!blank_delimiter)
        refuse(file, offset, directive,
               "End each statement with a semicolon: the engine's own rules divide them, bodies included.");
    } else if (name != "nolint" && name != "sum" && name != "assert" && name != "txtar") {
      refuse(file, offset, directive, "Put the SQL itself into the migration.");
    } else if (name == "txtar") {
      refuse(file, offset, directive, "Write its parts as migrations of their own.");
    }
    return true;
  });
  return directives;
}

}  // namespace

void read_atlas_files(FileSet&& set, Source& source) {
  for (NamedText& file : set.files) {
    const std::string_view base = base_name(file.name);
    if (!is_sql_file(base)) continue;
    file.name.erase(0, directory_name(file.name).size());
    // The description is optional: 20220811074144.sql
    std::string_view stem = file.name;
    stem.remove_suffix(4);
    const std::size_t underscore = stem.find('_');
    std::string version(stem.substr(0, underscore));
    if (!is_version(version))
      fail_name(file.name,
                "Atlas' files are named {version}_{description}.sql, as in "
                "\"20220811074144_add_tags.sql\"; the version begins with a digit.");
    std::string description =
        underscore == std::string_view::npos ? "" : words_of(stem.substr(underscore + 1));
    const Directives directives = read_directives(file);
    SourceFile migration =
        migration_of(std::move(file), std::move(version), std::move(description), TextForm::plain);
    migration.transaction = directives.transaction;
    (directives.checkpoint ? source.baselines : source.files).push_back(std::move(migration));
  }
}

}  // namespace whimbrel
