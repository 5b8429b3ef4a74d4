#include "common/migration/source.h"

#include <algorithm>
#include <iterator>

#include "common/each_row.h"
#include "common/error.h"
#include "common/json/reader.h"
#include "common/migration/directory.h"
#include "common/migration/file_name.h"
#include "common/migration/forms/below.h"
#include "common/migration/forms/forms.h"
#include "common/migration/forms/names.h"
#include "common/migration/own_tables.h"
#include "common/text/sha.h"

namespace whimbrel {

namespace {

[[noreturn]] void fail_json(const std::string& message) {
  throw Error(
      code::kInvalidArgument, message, {},
      "A source is the path of a directory, a JSON array such as "
      "[{\"name\":\"001_init.sql\",\"sql\":\"CREATE TABLE ...\"}], or NULL for the registered migrations.");
}

NamedText read_json_file(json::Reader& reader, std::size_t number) {
  const std::string which = "file " + std::to_string(number) + " of the source";
  if (reader.next() != json::Token::begin_object) fail_json(which + " is not an object");
  std::optional<std::string> name, text;
  while (reader.next() != json::Token::end_object) {
    const std::string key(reader.text());
    if (key != "name" && key != "sql") fail_json(which + " has an unknown key \"" + key + "\"");
    auto& value = key == "name" ? name : text;
    if (value) fail_json(which + " has the key \"" + key + "\" twice");
    if (reader.next() != json::Token::string) fail_json(which + ": \"" + key + "\" is not a string");
    value = reader.text();
  }
  if (!name) fail_json(which + " has no \"name\"");
  if (!text) fail_json(which + " (\"" + *name + "\") has no \"sql\"");
  return {std::move(*name), std::move(*text)};
}

FileSet read_json_source(std::string_view document) {
  FileSet set;
  json::Reader reader(document);
  reader.next();
  for (std::size_t number = 1; reader.peek() != json::Token::end_array; ++number) {
    NamedText file = read_json_file(reader, number);
    const std::string_view base = base_name(file.name);
    // A name without any extension was meant as a migration; README.md was not.
    if (is_sql_file(base) || base.find('.') == std::string_view::npos || is_kept_beside(base)) {
      file.examine();
      set.files.push_back(std::move(file));
    } else {
      set.others.push_back(std::move(file.name));
    }
  }
  reader.next();
  if (reader.next() != json::Token::end) fail_json("the source has something behind the array");
  return set;
}

SourceDirectory begin_directory(Host& host, const std::string& path) {
  if (path.empty()) fail_json("the source is empty");
  if (path.find('\0') != std::string::npos) fail_json("the path of the source holds a NUL byte");
  host.require_file_access(FileAccess::read, path);
  return SourceDirectory(path);
}

FileSet files_of(DirectoryFiles&& files) {
  FileSet set;
  set.files = std::move(files.texts);
  set.others = std::move(files.others);
  set.elsewhere = std::move(files.deeper);
  return set;
}

// The first character that is no blank; NUL without one.
char first_character(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  return first == std::string_view::npos ? '\0' : text[first];
}

std::vector<SourceFile> read_registered(Host& host) {
  std::vector<SourceFile> files;
  const bool apart = host.dialect().registry_schema != host.dialect().own_schema;
  if (!apart && !host.has_own_tables(OwnTables::migrations)) return files;
  for_each_row(
      host,
      "SELECT version, description, up_sql, down_sql FROM " + registry_table(host) + " ORDER BY version", {},
      [&files](const Cell* row) {
        SourceFile file;
        file.version = text_of(row[0]);
        file.description = text_of(row[1]);
        file.text = text_of(row[2]);
        if (!row[3].is_null()) file.down = CompanionText{{}, text_of(row[3])};
        files.push_back(std::move(file));
      });
  return files;
}

Error two_of_one_version(const SourceFile& one, const SourceFile& other) {
  const bool undo = ends_as_undo(one.name) || ends_as_undo(other.name);
  Error error(
      code::kDuplicateVersion,
      "two migrations of version " + one.version + ": \"" + one.name + "\" and \"" + other.name + "\"",
      one.version == other.version
          ? ""
          : "Versions are compared as numbers: " + one.version + " and " + other.version + " are the same.",
      "Give one of them another version.");
  if (undo)
    error.hint =
        "Keep what undoes a migration in its own file, behind \"-- migrate:down\"; or let the names of the "
        "two end in \".up.sql\" and \".down.sql\". Under another version it would run by itself.";
  return error;
}

bool each_is_above_the_one_before(const std::vector<SourceFile>& files) {
  if (files.empty()) return true;
  VersionOrder before(files.front().version);
  for (std::size_t i = 1; i < files.size(); ++i) {
    const VersionOrder order(files[i].version);
    if (compare_versions(before, order) >= 0) return false;
    before = order;
  }
  return true;
}

// Sorts small keys and moves each file once; files of a directory come sorted by their names, and mostly are
// in order.
void sort_and_check(std::vector<SourceFile>& files, std::vector<Error>* problems) {
  if (each_is_above_the_one_before(files)) return;
  struct Key {
    VersionOrder order;
    SourceFile* file;
  };
  std::vector<Key> keys;
  keys.reserve(files.size());
  for (SourceFile& file : files) keys.push_back({VersionOrder(file.version), &file});
  std::sort(keys.begin(), keys.end(), [](const Key& a, const Key& b) {
    const int order = compare_versions(a.order, b.order);
    return order != 0 ? order < 0 : a.file->name < b.file->name;
  });
  for (std::size_t i = 1; i < keys.size(); ++i) {
    if (compare_versions(keys[i - 1].order, keys[i].order) != 0) continue;
    const Error error = two_of_one_version(*keys[i - 1].file, *keys[i].file);
    if (problems == nullptr) throw Error(error);
    problems->push_back(error);
  }
  std::vector<SourceFile> moved;
  moved.reserve(files.size());
  for (const Key& key : keys) moved.push_back(std::move(*key.file));
  files = std::move(moved);
}

// The first of them, in quotes.
std::string first_names(const std::vector<std::string>& files) {
  constexpr std::size_t kNamed = 5;
  std::string names;
  for (std::size_t i = 0; i < std::min(files.size(), kNamed); ++i)
    names += (i == 0 ? "\"" : ", \"") + files[i] + "\"";
  if (files.size() > kNamed) names += ", …";
  return names;
}

void tell_skipped(Host& host, const Source& source) {
  if (source.skipped.empty()) return;
  host.notice(NoticeLevel::notice, std::to_string(source.skipped.size()) + " files are left out, which " +
                                       std::string(source.form) +
                                       " would not run either: " + first_names(source.skipped));
}

// Files and no migration: the path, the form or the engine is not the one that was meant.
std::optional<Error> nothing_to_run(const Source& source) {
  std::vector<std::string> files;
  std::ranges::copy_if(source.skipped, std::back_inserter(files), [](const std::string& name) {
    return is_sql_file(name) && base_name(name) != "current.sql";  // of graphile-migrate: not finished yet
  });
  const bool passed_over = !files.empty();
  if (!passed_over) files = source.elsewhere;
  if (files.empty()) return std::nullopt;
  std::ranges::sort(files);
  const std::string where =
      source.directory.empty() ? "the source" : "directory \"" + source.directory + "\"";
  return Error(code::kBadFileName, "no migration is in " + where + ", only other .sql files",
               "They are: " + first_names(files) + ".",
               passed_over ? std::string(source.form) +
                                 " does not run files of such names: name the form of these in the option "
                                 "\"form\", or give them the names of this one."
                           : "Subdirectories are entered only where a form has them, and those of other "
                             "dialects not at all: give the directory that the migrations are in.");
}

}  // namespace

std::string SourceFile::subject() const { return "migration \"" + (name.empty() ? version : name) + "\""; }

std::string checksum_of(const SourceFile& file) {
  if (!file.down && !file.verify) return sha256_hex(file.text);
  std::string all = file.text;
  if (file.down) (all += "\n-- migrate:down\n") += file.down->text;
  if (file.verify) (all += "\n-- migrate:verify\n") += file.verify->text;
  return sha256_hex(all);
}

SourceReading::SourceReading(Host& host, const Cell& argument, const std::optional<std::string>& form,
                             std::vector<Error>* problems)
    : host_(host), argument_(argument), form_(form), problems_(problems) {
  if (argument.is_null()) {
    if (form && *form != "native")
      throw Error(code::kInvalidOption, "option \"form\" has no meaning without a source",
                  "Migrations that are registered in the database are of the form \"native\".",
                  "Name the files: the path of a directory, or a JSON array.");
    return;
  }
  const char first = first_character(argument.view());
  if (first == '{') fail_json("the source is a JSON object, and must be an array of files or a path");
  if (first != '[') directory_.emplace(begin_directory(host, std::string(argument.view())));
}

Source SourceReading::finish() {
  Source source;
  if (argument_.is_null()) {
    source.form = "native";
    source.files = read_registered(host_);
  } else {
    source.given = true;
    if (directory_) source.directory = argument_.view();
    FileSet set = directory_ ? files_of(directory_->finish()) : read_json_source(argument_.view());
    set.problems = problems_;
    set.engine = host_.dialect().engine;
    try {
      read_files(std::move(set), form_, source);
    } catch (const Error& error) {
      if (problems_ == nullptr || ends_call(error)) throw;
      problems_->push_back(error);
      return {};  // of no form: what was read until then says nothing about the rest
    }
    tell_skipped(host_, source);
    if (source.files.empty() && source.baselines.empty()) {
      if (const std::optional<Error> error = nothing_to_run(source)) {
        if (problems_ == nullptr) throw Error(*error);
        problems_->push_back(*error);
      } else if (directory_) {
        host_.notice(NoticeLevel::warning,
                     "no migration is in directory \"" + std::string(argument_.view()) + "\"");
      }
    }
  }
  for (SourceFile& file : source.files)
    if (file.checksum.empty()) file.checksum = checksum_of(file);
  for (SourceFile& file : source.baselines) file.checksum = checksum_of(file);
  sort_and_check(source.files, problems_);
  sort_and_check(source.baselines, problems_);
  return source;
}

Source read_source(Host& host, const Cell& argument, const std::optional<std::string>& form,
                   std::vector<Error>* problems) {
  return SourceReading(host, argument, form, problems).finish();
}

}  // namespace whimbrel
