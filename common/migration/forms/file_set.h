// The files of a source before anyone asks what they mean: names with their directories, and texts.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/error.h"
#include "common/migration/directory.h"

namespace whimbrel {

struct FileSet {
  std::vector<NamedText> files;  // .sql files, and what forms keep beside them (sqitch.plan, atlas.sum, …)
  std::vector<std::string> others;     // names alone: nothing of them was read
  std::vector<std::string> elsewhere;  // .sql files that are not among them: Source::elsewhere
  std::string engine;                  // Dialect::engine
  // Where names without a version are put, instead of being thrown: read_source().
  std::vector<Error>* problems = nullptr;

  // The file of this path; nullptr without one.
  const NamedText* find(std::string_view path) const {
    for (const NamedText& file : files)
      if (file.name == path) return &file;
    return nullptr;
  }
};

// What stands behind the last slash; the whole without one.
inline std::string_view base_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

// What stands in front of the last slash, with it; empty without one.
inline std::string_view directory_name(std::string_view path) { return path.substr(0, path.rfind('/') + 1); }

// The name of the directory that it lies in, "x" for "a/x/up.sql"; empty without one.
inline std::string_view parent_name(std::string_view path) {
  std::string_view directory = directory_name(path);
  if (!directory.empty()) directory.remove_suffix(1);
  return base_name(directory);
}

}  // namespace whimbrel
