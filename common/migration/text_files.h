// Reading many small files of one directory: what a run with nothing to do spends its time with. Where there
// are many, a second thread reads half of them.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace whimbrel {

struct WantedFile {
  std::string name;      // within the directory
  bool regular = false;  // known to be; otherwise it is looked at
};

struct ReadFile {
  std::string text;
  std::string checksum;  // SHA-256
};

inline constexpr std::size_t kMaxMigrationBytes = std::size_t{256} << 20;

// Text and checksum of each; nullopt for what is neither a regular file nor a link to one. `directory` is an
// open descriptor; `path` is its own, with a slash behind it, for messages. Throws kFile with the path and
// the system's reason.
std::vector<std::optional<ReadFile>> read_text_files(int directory, const std::string& path,
                                                     const std::vector<WantedFile>& files);

}  // namespace whimbrel
