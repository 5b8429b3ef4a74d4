// Liquibase's formatted SQL: each changeset is a migration. Its version is that of its file (from the name,
// or the file's place among the names) and, behind a dot, its id where the ids of the file are rising
// numbers, else its place in the file. Its description is author:id.
#include <algorithm>

#include "common/error.h"
#include "common/migration/file_name.h"
#include "common/migration/forms/changeset.h"
#include "common/migration/forms/names.h"
#include "common/migration/forms/tools.h"

namespace whimbrel {

namespace {

bool ids_rise(const std::vector<Changeset>& changesets) {
  std::string_view before;
  for (const Changeset& one : changesets) {
    const bool number = !one.id.empty() && leading_digits(one.id) == one.id.size();
    if (!number || (!before.empty() && compare_versions(before, one.id) >= 0) ||
        compare_versions(one.id, "0") == 0)
      return false;
    before = one.id;
  }
  return true;
}

}  // namespace

void read_liquibase_files(FileSet&& set, Source& source) {
  std::vector<const NamedText*> files;
  bool numbered = true;
  for (const NamedText& file : set.files) {
    if (!is_sql_file(file.name)) continue;
    if (!has(file.marks, Mark::liquibase)) {
      throw Error(code::kMigrationSyntax, "file \"" + file.name + "\" has no changeset", {},
                  "A file of Liquibase begins with \"--liquibase formatted sql\"; files that its changesets "
                  "include (sqlFile) cannot be followed here.");
    }
    files.push_back(&file);
    numbered = numbered && leading_digits(base_name(file.name)) > 0;
  }
  for (const std::string& other : set.others) {
    if (!other.ends_with(".xml") && !other.ends_with(".yaml") && !other.ends_with(".yml")) continue;
    source.skipped.push_back(other);
  }
  std::sort(files.begin(), files.end(), [](const auto* a, const auto* b) { return a->name < b->name; });
  for (std::size_t f = 0; f < files.size(); ++f) {
    const NamedText& file = *files[f];
    const std::string_view base = base_name(file.name);
    const std::string first =
        numbered ? std::string(base.substr(0, leading_digits(base))) : std::to_string(f + 1);
    const std::vector<Changeset> changesets = parse_changesets(file, set.engine);
    const bool by_id = ids_rise(changesets);
    for (const Changeset& one : changesets) {
      SourceFile migration;
      migration.name = file.name + "::" + one.id + "::" + one.author;
      migration.version = first + "." + (by_id ? one.id : std::to_string(one.ordinal));
      migration.description = one.author + ":" + one.id + (one.comment.empty() ? "" : " " + one.comment);
      migration.text = one.text;
      migration.lines_before = one.lines_before;
      migration.form = TextForm::plain;
      migration.transaction = one.transaction;
      migration.repeatable = one.repeatable;
      migration.in_place = one.repeatable;
      migration.environments = one.contexts;
      migration.labels = one.labels;
      migration.without_env = true;
      if (one.has_rollback) migration.down = CompanionText{{}, one.rollback, one.transaction};
      source.files.push_back(std::move(migration));
    }
  }
}

}  // namespace whimbrel
