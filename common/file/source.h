// Reading files. A File is opened once; each FileSource is a place of its own in it, so that a document can
// be read several times and from any offset. Must not know what the bytes mean.
#pragma once

#include <cstdint>
#include <string>

#include "common/json/source.h"

namespace whimbrel {

class File {
 public:
  // Throws kFile with the path and the system's reason; only regular files are read.
  explicit File(std::string path);
  ~File();
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  const std::string& path() const { return path_; }
  // Bytes at the time of opening.
  std::uint64_t size() const { return size_; }
  // Up to `capacity` bytes from `offset`; 0 only at the end.
  std::size_t read_at(std::uint64_t offset, char* buffer, std::size_t capacity) const;

 private:
  std::string path_;
  int descriptor_ = -1;
  std::uint64_t size_ = 0;
};

// `file` must outlive it.
class FileSource : public ByteSource {
 public:
  explicit FileSource(const File& file, std::uint64_t offset = 0) : file_(file), offset_(offset) {}
  std::size_t read(char* buffer, std::size_t capacity) override;
  void seek(std::uint64_t offset) { offset_ = offset; }

 private:
  const File& file_;
  std::uint64_t offset_;
};

}  // namespace whimbrel
