// The pieces of a Liquibase "formatted SQL" file: changesets with their attributes and comment lines.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/migration/forms/file_set.h"

namespace whimbrel {

struct Changeset {
  std::size_t ordinal = 0;  // among all of its file, from 1
  std::string author;
  std::string id;
  std::string comment;
  std::string text;              // behind the --changeset line, --rollback lines included
  std::size_t lines_before = 0;  // of the file
  bool transaction = true;
  bool repeatable = false;
  bool has_rollback = false;
  std::string rollback;
  std::vector<std::string> contexts;
  std::vector<std::string> labels;
};

// The changesets that are for this engine, in the file's order. Throws kMigrationSyntax and kUnsupported with
// the line.
std::vector<Changeset> parse_changesets(const NamedText& file, std::string_view engine);

}  // namespace whimbrel
