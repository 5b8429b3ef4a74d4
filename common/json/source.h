// Where bytes come from and go to, for everything that streams: files, memory, later compressed ones.
#pragma once

#include <cstddef>
#include <string_view>

namespace whimbrel {

class ByteSource {
 public:
  virtual ~ByteSource() = default;
  // Reads up to `capacity` bytes (> 0), returns how many; 0 only at the end. Throws Error.
  virtual std::size_t read(char* buffer, std::size_t capacity) = 0;
};

class ByteSink {
 public:
  virtual ~ByteSink() = default;
  // Takes all bytes or throws Error.
  virtual void write(std::string_view bytes) = 0;
};

}  // namespace whimbrel
