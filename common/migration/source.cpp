#include "common/migration/source.h"

#include <algorithm>

#include "common/error.h"
#include "common/json/reader.h"
#include "common/migration/checksum.h"
#include "common/migration/directory.h"
#include "common/migration/file_name.h"
#include "common/migration/own_tables.h"
#include "common/text/utf8.h"

namespace whimbrel {

namespace {

constexpr std::string_view kNameHint =
    "The name of a migration file is {version}_{description}.sql, as in \"003_add_tags.sql\"; the version "
    "begins "
    "with a digit.";

SourceFile file_of(NamedText&& file) {
  if (find_invalid_utf8(file.name) != kValidUtf8) {
    throw Error(code::kBadFileName, "the name of a migration file is not valid UTF-8", {},
                std::string(kNameHint));
  }
  auto parts = parse_file_name(file.name);
  if (!parts) {
    throw Error(code::kBadFileName, "migration file \"" + file.name + "\" has no version in its name", {},
                std::string(kNameHint));
  }
  SourceFile source;
  source.name = std::move(file.name);
  source.version = std::move(parts->version);
  source.description = std::move(parts->description);
  source.text = std::move(file.text);
  source.checksum = checksum_of(source);
  return source;
}

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
  name->erase(0, name->rfind('/') + 1);  // nothing to erase without a slash: npos + 1 is 0
  return {std::move(*name), std::move(*text)};
}

// Adds it, or what is wrong with its name.
void add_file(std::vector<SourceFile>& files, NamedText&& file, std::vector<Error>* problems) {
  try {
    files.push_back(file_of(std::move(file)));
  } catch (const Error& error) {
    if (problems == nullptr) throw;
    problems->push_back(error);
  }
}

std::vector<SourceFile> read_json_source(std::string_view document, std::vector<Error>* problems) {
  std::vector<SourceFile> files;
  json::Reader reader(document);
  reader.next();
  for (std::size_t number = 1; reader.peek() != json::Token::end_array; ++number) {
    NamedText file = read_json_file(reader, number);
    // A name without any extension was meant as a migration; README.md was not.
    if (is_sql_file(file.name) || file.name.find('.') == std::string::npos)
      add_file(files, std::move(file), problems);
  }
  reader.next();
  if (reader.next() != json::Token::end) fail_json("the source has something behind the array");
  return files;
}

std::vector<SourceFile> read_directory_source(Host& host, const std::string& path,
                                              std::vector<Error>* problems) {
  if (path.empty()) fail_json("the source is empty");
  if (path.find('\0') != std::string::npos) fail_json("the path of the source holds a NUL byte");
  host.require_file_access(FileAccess::read, path);
  std::vector<NamedText> texts = read_sql_directory(path);
  std::vector<SourceFile> files;
  files.reserve(texts.size());
  for (NamedText& file : texts) add_file(files, std::move(file), problems);
  return files;
}

std::vector<SourceFile> read_registered(Host& host) {
  std::vector<SourceFile> files;
  if (!host.has_own_tables()) return files;
  for_each_row(host,
               "SELECT version, description, up_sql, down_sql FROM " + own_table(host, kSourcesTable) +
                   " ORDER BY version",
               {}, [&files](const Cell* row) {
                 SourceFile file;
                 file.version = text_of(row[0]);
                 file.description = text_of(row[1]);
                 file.text = text_of(row[2]);
                 if (!row[3].is_null()) file.down = CompanionText{{}, text_of(row[3])};
                 file.checksum = checksum_of(file);
                 files.push_back(std::move(file));
               });
  return files;
}

// Sorts small keys and moves each file once.
void sort_by_version(std::vector<SourceFile>& files) {
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
  std::vector<SourceFile> sorted;
  sorted.reserve(files.size());
  for (const Key& key : keys) sorted.push_back(std::move(*key.file));
  files = std::move(sorted);
}

Error two_of_one_version(const SourceFile& one, const SourceFile& other) {
  return Error(
      code::kDuplicateVersion,
      "two migrations of version " + one.version + ": \"" + one.name + "\" and \"" + other.name + "\"",
      one.version == other.version
          ? ""
          : "Versions are compared as numbers: " + one.version + " and " + other.version + " are the same.",
      "Give one of them another version.");
}

void sort_and_check(std::vector<SourceFile>& files, std::vector<Error>* problems) {
  sort_by_version(files);
  for (auto file = files.begin(); file != files.end() && file + 1 != files.end();) {
    if (compare_versions(file->version, (file + 1)->version) != 0) {
      ++file;
      continue;
    }
    if (problems == nullptr) throw two_of_one_version(*file, *(file + 1));
    problems->push_back(two_of_one_version(*file, *(file + 1)));
    file = files.erase(file + 1) - 1;
  }
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

Source read_source(Host& host, const Cell& argument, std::vector<Error>* problems) {
  Source source;
  if (argument.is_null()) {
    source.files = read_registered(host);
  } else {
    source.given = true;
    const std::string_view text = argument.view();
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    const bool is_json = first != std::string_view::npos && text[first] == '[';
    source.files =
        is_json ? read_json_source(text, problems) : read_directory_source(host, std::string(text), problems);
  }
  sort_and_check(source.files, problems);
  return source;
}

}  // namespace whimbrel
