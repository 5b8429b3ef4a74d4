// Reading one compressed stream forwards, in constant memory. Going back is CompressedFile's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

#include "common/file/compression.h"
#include "common/file/source.h"

namespace whimbrel {

class Decompressor {
 public:
  virtual ~Decompressor() = default;
  // Up to `capacity` (> 0) bytes of the content; 0 only at its end. Throws kDamagedDocument with the path
  // when the data are not what they should be, or end too early.
  virtual std::size_t read(char* buffer, std::size_t capacity) = 0;
};

// Called where a frame begins, behind the first one: at which byte of the file, and how many bytes of content
// this decompressor has given before it.
using FrameFound = std::function<void(std::uint64_t offset, std::uint64_t content)>;

// From the frame that begins at `offset` of the file, which must outlive it.
std::unique_ptr<Decompressor> make_decompressor(Compression compression, const StoredBytes& file,
                                                std::uint64_t offset, FrameFound found);

}  // namespace whimbrel
