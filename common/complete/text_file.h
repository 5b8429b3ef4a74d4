// A text file that is written line by line and gets its name at the end, with others or not at all.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/file/sink.h"
#include "common/json/writer.h"

namespace whimbrel {

class TextFile {
 public:
  // As AtomicFile.
  TextFile(std::string path, const std::string& forbidden, unsigned mode)
      : path_(std::move(path)), file_(path_, forbidden, mode) {}

  void line(std::string_view text) {
    out_.append(text);
    out_.append('\n');
    out_.flush_if_full();
  }
  // Everything is written; the name is still missing.
  void finish() { out_.flush(); }
  // Gives it its name; another file of that name is an error.
  void commit() { file_.commit(AtomicFile::Existing::keep); }

  const std::string& path() const { return path_; }
  std::uint64_t bytes() const { return out_.total(); }

 private:
  std::string path_;
  AtomicFile file_;
  json::Buffer out_{&file_};
};

}  // namespace whimbrel
