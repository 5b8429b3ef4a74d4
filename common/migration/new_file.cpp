#include "common/migration/new_file.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>
#include <vector>

#include "common/error.h"
#include "common/file/sink.h"
#include "common/file/source.h"
#include "common/migration/directory.h"
#include "common/migration/file_name.h"
#include "common/migration/text_files.h"
#include "common/migration/variables.h"
#include "common/text/ascii.h"
#include "common/text/utf8.h"

namespace whimbrel {

namespace {

constexpr std::size_t kTimestampDigits = 14;
constexpr std::size_t kMaxSlug = 180;  // bytes; the name of a file has at most 255

struct BuiltIn {
  std::string_view name;
  std::string_view up;
  std::string_view down;
  std::string_view verify;
};
constexpr std::array kBuiltIn = {
    BuiltIn{"empty", "", "", ""},
    BuiltIn{"table",
            "CREATE TABLE table_name (\n  id BIGINT NOT NULL PRIMARY KEY,\n  name TEXT NOT NULL\n);\n",
            "DROP TABLE table_name;\n", "SELECT count(*) = 0 FROM table_name;\n"},
    BuiltIn{"column", "ALTER TABLE table_name ADD COLUMN column_name TEXT;\n",
            "ALTER TABLE table_name DROP COLUMN column_name;\n",
            "SELECT count(*) >= 0 FROM table_name WHERE column_name IS NULL;\n"},
    BuiltIn{"index", "CREATE INDEX table_name_column_name ON table_name (column_name);\n",
            "DROP INDEX table_name_column_name;\n", "SELECT count(*) >= 0 FROM table_name;\n"},
    BuiltIn{"view", "CREATE VIEW view_name AS\nSELECT id, name FROM table_name;\n", "DROP VIEW view_name;\n",
            "SELECT count(*) >= 0 FROM view_name;\n"},
    BuiltIn{"data", "UPDATE table_name SET column_name = 'new' WHERE column_name = 'old';\n",
            "UPDATE table_name SET column_name = 'old' WHERE column_name = 'new';\n",
            "SELECT count(*) = 0 FROM table_name WHERE column_name = 'old';\n"},
};

std::string format_now(const char* format) {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[32];
  return {text, std::strftime(text, sizeof text, format, &parts)};
}

// Letters and digits in lower case, everything else one underscore; letters beyond ASCII stay.
std::string slug_of(const std::string& description) {
  std::string slug;
  for (const char c : description) {
    const bool letter = is_letter(c) || is_digit(c) || (c & 0x80) != 0;
    if (letter) {
      slug += to_lower(c);
    } else if (!slug.empty() && slug.back() != '_') {
      slug += '_';
    }
  }
  while (slug.ends_with('_')) slug.pop_back();
  if (slug.empty() || slug.size() > kMaxSlug || find_invalid_utf8(slug) != kValidUtf8) {
    throw Error(code::kInvalidArgument, "\"" + description + "\" makes no name for a file", {},
                "The description has at least one letter or digit, and at most " + std::to_string(kMaxSlug) +
                    " bytes.");
  }
  return slug;
}

// One more, in the same width.
std::string next_number(std::string digits) {
  for (std::size_t i = digits.size(); i-- > 0;) {
    if (digits[i] != '9') {
      ++digits[i];
      return digits;
    }
    digits[i] = '0';
  }
  return "1" + digits;
}

std::string next_timestamp(const std::string& highest) {
  std::string now = format_now("%Y%m%d%H%M%S");
  const bool taken = highest.size() == kTimestampDigits && is_digits(highest) && highest >= now;
  return taken ? next_number(highest) : now;
}

// A version, and the name of a file that has it, as far as its version is concerned.
struct NamedVersion {
  std::string version;
  std::string written;
};

// The highest version of the directory; empty without any.
NamedVersion find_highest(const std::vector<NamedVersion>& versions) {
  const auto highest = std::ranges::max_element(versions, [](const NamedVersion& a, const NamedVersion& b) {
    return compare_versions(a.version, b.version) < 0;
  });
  return highest == versions.end() ? NamedVersion{} : *highest;
}

// As the names of the directory have theirs: 2014_10_12_000000, 2014-10-12-000000.
NamedVersion next_time_in_parts(const TimeInParts& highest) {
  NamedVersion next{next_timestamp(highest.digits), {}};
  next.written = next.version;
  for (const std::size_t at : {8, 6, 4}) next.written.insert(at, 1, highest.separator);
  if (highest.separator == '-') next.version = next.written;  // as it is read
  return next;
}

std::string choose_version(const std::string& highest, const std::vector<NamedVersion>& versions,
                           const std::optional<std::string>& wanted) {
  const bool times = highest.size() == kTimestampDigits && is_digits(highest);
  if (wanted == "timestamp" || (!wanted && times)) return next_timestamp(highest);
  if (!wanted || wanted == "number") {
    if (highest.empty()) return "001";
    const std::string number = highest.substr(0, highest.find_first_not_of("0123456789"));
    return next_number(number);
  }
  if (!is_version(*wanted))
    throw Error(code::kInvalidOption,
                "option \"version\" must be \"number\", \"timestamp\" or a version, not \"" + *wanted + "\"",
                {}, "A version begins with a digit; letters, digits, dots and hyphens may follow.");
  for (const NamedVersion& other : versions)
    if (compare_versions(other.version, *wanted) == 0)
      throw Error(code::kDuplicateVersion, "version " + other.version + " is already in the directory");
  return *wanted;
}

NamedVersion choose_name(const std::vector<NamedVersion>& versions,
                         const std::optional<std::string>& wanted) {
  const NamedVersion highest = find_highest(versions);
  if (const auto time = parse_time_in_parts(highest.written); time && !wanted)
    return next_time_in_parts(*time);
  const std::string version = choose_version(highest.version, versions, wanted);
  return {version, version};
}

std::string built_in_text(const BuiltIn& chosen, const NewFileOptions& options) {
  std::string text =
      "-- Migration: ${name}\n-- Description: ${description}\n-- Created: ${created}\n\n-- migrate:up\n";
  (text += chosen.up) += "\n";
  if (options.down) ((text += "-- migrate:down\n") += chosen.down) += options.verify ? "\n" : "";
  if (options.verify) (text += "-- migrate:verify\n") += chosen.verify;
  return text;
}

std::string read_file(const std::string& path) {
  const File file(path);
  if (file.size() > kMaxMigrationBytes)
    throw Error(code::kFile, "template \"" + path + "\" is too large for a migration");
  std::string text(file.size(), '\0');
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t got = file.read_at(at, text.data() + at, text.size() - at);
    if (got == 0) text.resize(at);
    at += got;
  }
  return text;
}

std::string template_text(Host& host, const NewFileOptions& options) {
  const std::string& wanted = options.text_template;
  for (const BuiltIn& one : kBuiltIn)
    if (one.name == wanted) return built_in_text(one, options);
  if (wanted.find('/') != std::string::npos) {
    host.require_file_access(FileAccess::read, wanted);
    return read_file(wanted);
  }
  std::string names;
  for (const BuiltIn& one : kBuiltIn) ((names += names.empty() ? "\"" : ", \"") += one.name) += "\"";
  throw Error(code::kInvalidOption, "there is no template \"" + wanted + "\"",
              "The built-in ones are " + names + ".",
              "A template of your own is named by its path, with a slash.");
}

std::vector<NamedVersion> read_versions(const std::string& directory) {
  std::vector<NamedVersion> versions;
  for (const std::string& name : list_sql_directory(directory))
    if (auto parts = parse_file_name(name)) versions.push_back({std::move(parts->version), name});
  return versions;
}

}  // namespace

std::string write_new_file(Host& host, const std::string& directory, const std::string& description,
                           const NewFileOptions& options) {
  const std::string slug = slug_of(description);
  if (description.find_first_of("\r\n") != std::string::npos)
    throw Error(code::kInvalidArgument, "the description of a migration is one line");
  host.require_file_access(FileAccess::write, directory);
  const std::string text = template_text(host, options);
  const auto [version, written] = choose_name(read_versions(directory), options.version);
  const std::string name = written + "_" + slug;
  const std::string path = directory + (directory.ends_with('/') ? "" : "/") + name + ".sql";
  const Variables variables = {{"name", name},
                               {"version", version},
                               {"description", description},
                               {"created", format_now("%Y-%m-%d")}};
  std::string filled;
  try {
    filled = replace_variables("template \"" + options.text_template + "\"", text, variables);
  } catch (Error& error) {
    if (error.code == code::kUnknownVariable)
      error.hint =
          "A template has ${version}, ${description}, ${name} and ${created}; $${other} stays as ${other}.";
    throw;
  }
  AtomicFile file(path, {}, host.dialect().new_file_mode);
  file.write(filled);
  file.commit(AtomicFile::Existing::keep);
  return path;
}

}  // namespace whimbrel
