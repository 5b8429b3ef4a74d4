// Reading what is stored: files, and what else can be read from any place. A File is opened once; each
// StoredSource is a place of its own in it, so that a document can be read several times and from any offset.
// Must not know what the bytes mean.
#pragma once

#include <cstdint>
#include <string>

#include "common/json/source.h"

namespace whimbrel {

class StoredBytes {
 public:
  virtual ~StoredBytes() = default;
  // Up to `capacity` bytes from `offset`; 0 only at the end.
  virtual std::size_t read_at(std::uint64_t offset, char* buffer, std::size_t capacity) const = 0;
  // As messages call it: file "/srv/a.json".
  virtual std::string name() const = 0;
  // Whether they come through the database.
  virtual bool is_of_host() const { return false; }
};

class File : public StoredBytes {
 public:
  // Throws kFile with the path and the system's reason; only regular files are read.
  explicit File(std::string path);
  ~File() override;
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  const std::string& path() const { return path_; }
  // Bytes at the time of opening.
  std::uint64_t size() const { return size_; }
  std::size_t read_at(std::uint64_t offset, char* buffer, std::size_t capacity) const override;
  std::string name() const override { return "file \"" + path_ + "\""; }

 private:
  std::string path_;
  int descriptor_ = -1;
  std::uint64_t size_ = 0;
};

// `bytes` must outlive it.
class StoredSource : public ByteSource {
 public:
  explicit StoredSource(const StoredBytes& bytes, std::uint64_t offset = 0)
      : bytes_(bytes), offset_(offset) {}
  std::size_t read(char* buffer, std::size_t capacity) override;
  void seek(std::uint64_t offset) { offset_ = offset; }

 private:
  const StoredBytes& bytes_;
  std::uint64_t offset_;
};

}  // namespace whimbrel
