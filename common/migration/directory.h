// Reading the .sql files of a directory. The only place of this folder that touches the file system.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace whimbrel {

struct NamedText {
  std::string name;  // without the directory
  std::string text;
};

inline constexpr std::size_t kMaxMigrationBytes = std::size_t{256} << 20;

// All regular files (also behind links) that end in .sql, in no order; hidden files and subdirectories are
// left out. Throws kFile with the path and the system's reason.
std::vector<NamedText> read_sql_directory(const std::string& path);

// Their names alone.
std::vector<std::string> list_sql_directory(const std::string& path);

}  // namespace whimbrel
