// Reading the files of a source's directory. Only this and text_files.h touch the file system.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "common/migration/named_text.h"

namespace whimbrel {

struct DirectoryFiles {
  std::vector<NamedText> texts;
  std::vector<std::string> others;  // names alone, of files that nothing here reads
  std::vector<std::string> deeper;  // .sql files of subdirectories with names that no form gives there
};

// All regular files (also behind links) that end in .sql or that a form keeps beside them, those of one
// directory sorted by name;
// hidden files are left out. Subdirectories are entered only where nothing but a form that has them can be
// meant: then files have the names that these forms give (below_names()). Links to directories are not
// followed. Each member throws kFile with the path and the system's reason.
class SourceDirectory {
 public:
  // Begins: from here on the files are read.
  explicit SourceDirectory(const std::string& path);
  ~SourceDirectory();
  SourceDirectory(SourceDirectory&&) noexcept;

  // How many texts the directory itself has.
  std::size_t size() const;
  // Once.
  DirectoryFiles finish();

 private:
  class Reader;
  std::unique_ptr<Reader> reader_;
};

// The names alone of its .sql files, without those of its subdirectories.
std::vector<std::string> list_sql_directory(const std::string& path);

}  // namespace whimbrel
