// Reading many small files of one directory: what a run with nothing to do spends its time with. Where there
// are many, a second thread reads them while the caller is busy with other things, and then half of the rest.
#pragma once

#include <atomic>
#include <cstddef>
#include <exception>
#include <optional>
#include <string>
#include <thread>
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

class TextFiles {
 public:
  // `directory` is an open descriptor, and stays so until this object is gone; `path` is its own, with a
  // slash behind it, for messages.
  TextFiles(int directory, std::string path, std::vector<WantedFile> files);
  ~TextFiles();
  TextFiles(const TextFiles&) = delete;
  TextFiles& operator=(const TextFiles&) = delete;

  const std::vector<WantedFile>& files() const { return files_; }
  // Once: text and checksum of each; nullopt for what is neither a regular file nor a link to one. Throws
  // kFile with the path and the system's reason.
  std::vector<std::optional<ReadFile>> finish();

 private:
  static constexpr std::size_t kPiece = 32;  // files that one thread takes at a time
  // A thread costs as much as opening some twenty files; and what allocates memory behind it takes locks.
  static constexpr std::size_t kWorthAThread = 512;

  std::exception_ptr take_part() noexcept;

  int directory_;
  std::string path_;
  std::vector<WantedFile> files_;
  std::vector<std::optional<ReadFile>> read_;
  std::atomic<std::size_t> next_ = 0;
  std::exception_ptr helpers_problem_;
  std::thread helper_;
};

}  // namespace whimbrel
