// The tools whose migrations are one file each, {digits}_{description}.sql: the native form, dbmate, goose,
// tern, Supabase, refinery.
#include "common/error.h"
#include "common/migration/file_name.h"
#include "common/migration/forms/names.h"
#include "common/migration/forms/tools.h"
#include "common/text/utf8.h"

namespace whimbrel {

namespace {

constexpr std::string_view kNativeName =
    "The name of a migration file is {version}_{description}.sql, as in \"003_add_tags.sql\"; the version "
    "begins with a digit.";

bool is_migration(const NamedText& file) {
  const std::string_view base = base_name(file.name);
  // A name without any ending was meant as a migration; atlas.sum was not.
  return is_sql_file(base) || base.find('.') == std::string_view::npos;
}

void report(const FileSet& set, const Error& error) {
  if (set.problems == nullptr) throw Error(error);
  set.problems->push_back(error);
}

void report_bad_name(const FileSet& set, const std::string& name, std::string_view wanted) {
  try {
    fail_name(name, std::string(wanted));
  } catch (const Error& error) {
    report(set, error);
  }
}

// By its number it would run as a migration of its own.
void report_undo(const FileSet& set, const std::string& name) {
  report(
      set,
      Error(code::kBadFileName, "migration file \"" + name + "\" undoes another one, by its name", {},
            "Keep what undoes a migration in its own file, behind \"-- migrate:down\"; or name the two files "
            "as in \"003_add_tags.up.sql\" and \"003_add_tags.down.sql\"."));
}

// Reads each file by `parse` (of its name without directories); one that it does not know is skipped or, with
// `wanted`, an error.
template <typename Parse>
void read_numbered(FileSet&& set, Source& source, TextForm form, std::string_view wanted, Parse&& parse) {
  source.files.reserve(source.files.size() + set.files.size());
  for (NamedText& file : set.files) {
    if (!is_migration(file)) continue;
    file.name.erase(0, directory_name(file.name).size());
    auto name = parse(std::string_view(file.name));
    if (name) {
      SourceFile& migration = source.files.emplace_back();
      fill_migration(migration, std::move(file), std::move(name->version), std::move(name->description),
                     form);
      migration.checksum = std::move(file.checksum);  // the text is the whole of it
    } else if (wanted.empty()) {
      source.skipped.push_back(std::move(file.name));
    } else {
      report_bad_name(set, file.name, wanted);
    }
  }
}

// ^(\d+).*\.sql$
std::optional<VersionedName> parse_dbmate_name(std::string_view name) {
  if (!is_sql_file(name)) return std::nullopt;
  name.remove_suffix(4);
  const std::size_t digits = leading_digits(name);
  if (digits == 0) return std::nullopt;
  std::string_view rest = name.substr(digits);
  rest.remove_prefix(std::min(rest.find_first_not_of("_-."), rest.size()));
  return VersionedName{std::string(name.substr(0, digits)), words_of(rest)};
}

}  // namespace

void fill_migration(SourceFile& migration, NamedText&& file, std::string version, std::string description,
                    TextForm form) {
  migration.name = std::move(file.name);
  migration.version = std::move(version);
  migration.description = std::move(description);
  migration.text = std::move(file.text);
  migration.form = form;
}

SourceFile migration_of(NamedText&& file, std::string version, std::string description, TextForm form) {
  SourceFile migration;
  fill_migration(migration, std::move(file), std::move(version), std::move(description), form);
  return migration;
}

void fail_name(const std::string& name, const std::string& wanted) {
  if (find_invalid_utf8(name) != kValidUtf8)
    throw Error(code::kBadFileName, "the name of a migration file is not valid UTF-8", {}, wanted);
  throw Error(code::kBadFileName, "migration file \"" + name + "\" has no version in its name", {}, wanted);
}

void read_native_files(FileSet&& set, Source& source) {
  std::erase_if(set.files, [&set](const NamedText& file) {
    const bool undo = is_named_undo(base_name(file.name));
    if (undo) report_undo(set, file.name);
    return undo;
  });
  const auto parse = [](std::string_view name) {
    return find_invalid_utf8(name) == kValidUtf8 ? parse_file_name(name) : std::nullopt;
  };
  read_numbered(std::move(set), source, TextForm::native, kNativeName, parse);
}

void read_dbmate_files(FileSet&& set, Source& source) {
  read_numbered(std::move(set), source, TextForm::dbmate, {}, parse_dbmate_name);
}

void read_supabase_files(FileSet&& set, Source& source) {
  read_numbered(std::move(set), source, TextForm::plain, {}, parse_number_name);
}

void refuse_go(const std::string& name, std::string_view tool) {
  if (leading_digits(base_name(name)) == 0 || name.ends_with("_test.go")) return;
  throw Error(code::kUnsupported, "migration \"" + name + "\" is written in Go",
              std::string(tool) + " runs it between the others; the database cannot.",
              "Write what it does as SQL, under the same version.");
}

void read_goose_files(FileSet&& set, Source& source) {
  for (const std::string& other : set.others)
    if (other.ends_with(".go")) refuse_go(other, "goose");
  read_numbered(std::move(set), source, TextForm::goose,
                "goose's files are named {number}_{description}.sql, as in \"00003_add_tags.sql\".",
                parse_number_name);
}

void read_tern_files(FileSet&& set, Source& source) {
  read_numbered(std::move(set), source, TextForm::tern, {}, parse_number_name);
}

}  // namespace whimbrel
