// A compressed file that can be read from any byte of its content, more than once. Reading on where the last
// reading ended, or a little before, costs nothing; going farther back begins at the nearest frame, which in
// our own files is never far. Memory is constant, apart from a few bytes for each megabyte.
#pragma once

#include <cstdint>
#include <map>
#include <memory>

#include "common/file/compression.h"
#include "common/file/source.h"

namespace whimbrel {

class CompressedFile {
 public:
  // `file` must outlive it.
  CompressedFile(const StoredBytes& file, Compression compression);
  ~CompressedFile();
  CompressedFile(const CompressedFile&) = delete;
  CompressedFile& operator=(const CompressedFile&) = delete;

  // The content from this byte of it. Must not outlive the object.
  std::unique_ptr<ByteSource> open(std::uint64_t content_offset);

 private:
  class Reading;
  class Source;

  std::unique_ptr<Reading> take_reading(std::uint64_t content_offset);

  const StoredBytes& file_;
  Compression compression_;
  std::map<std::uint64_t, std::uint64_t> frames_;  // where in the content one begins -> where in the file
  std::unique_ptr<Reading> parked_;                // of the source that ended last
};

}  // namespace whimbrel
