// A file for the next migration: its version, its name, and a text to begin with.
#pragma once

#include <optional>
#include <string>

#include "common/host.h"

namespace whimbrel {

struct NewFileOptions {
  std::optional<std::string> version;   // "number", "timestamp", or a version; none: as the directory does
  std::string text_template = "empty";  // the name of a built-in one, or the path of a file
  bool down = true;                     // a down part
  bool verify = false;                  // a verify part
};

// Writes {version}_{description}.sql and returns its path. The next version is one above the highest of the
// directory, in the same width; where those are times (14 digits), the present time; in an empty directory
// 001. Never overwrites. Throws kInvalidArgument, kDuplicateVersion, kFile, and the engine's privilege error.
std::string write_new_file(Host& host, const std::string& directory, const std::string& description,
                           const NewFileOptions& options);

}  // namespace whimbrel
