// A file that several processes write, each at places of its own, for the one that shares it
// (RewindableSink::share).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/file/sink.h"

namespace whimbrel {

class PartFile {
 public:
  explicit PartFile(const SharedFile& file);
  ~PartFile();
  PartFile(const PartFile&) = delete;
  PartFile& operator=(const PartFile&) = delete;

  // False where this process may not open it: nothing else works then.
  bool is_open() const { return descriptor_ >= 0; }
  void write_at(std::uint64_t offset, std::string_view bytes);

 private:
  std::string path_;
  int descriptor_;
};

}  // namespace whimbrel
