// Where migrations come from: a directory, a JSON array of files that the client sends, or the table of
// registered migrations. A source is a sorted list of texts; nothing is parsed here, so that a run with
// nothing to do is cheap.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/host.h"

namespace whimbrel {

struct SourceFile {
  std::string name;                 // "003_add_tags.sql"; empty for a registered migration
  std::string version;              // "003"
  std::string description;          // from the name, or as it was registered
  std::string text;                 // the whole file, or the registered up SQL
  std::optional<std::string> down;  // registered: its down SQL
  std::string checksum;             // SHA-256 of the bytes

  // `migration "003_add_tags.sql"`, for messages.
  std::string subject() const;
};

struct Source {
  bool given = false;             // false: the registered migrations
  std::vector<SourceFile> files;  // sorted by version, each version once
};

// Reads the source; `argument` is the path or the JSON array, NULL for the registered migrations. Asks for
// file access before it looks at a directory. Throws kFile, kBadFileName, kDuplicateVersion,
// kInvalidArgument, kInvalidJson.
Source read_source(Host& host, const Cell& argument);

// The checksum of a registered migration: of its texts as one file.
std::string registered_checksum(std::string_view up, const std::optional<std::string>& down);

}  // namespace whimbrel
