// Which files an apply is about, and whether they are whole. Looks at their beginnings and ends only.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/complete/complete_file.h"
#include "common/file/source.h"

namespace whimbrel {

struct CompleteFile {
  std::unique_ptr<File> file;
  complete_file::FirstLine first;
  complete_file::EndLine end;
  std::vector<complete_file::DigestLine> digests;  // of a data file
};

struct CompleteFiles {
  std::optional<CompleteFile> schema, data;
};

// Opens what is wanted of the files with this timestamp ("": the newest). Throws kFile when one is missing,
// kDamagedDocument when one was cut off, kUnsupported for those of another engine.
CompleteFiles open_complete_files(const std::string& directory, std::string timestamp, bool want_schema,
                                  bool want_data, const std::string& engine);

}  // namespace whimbrel
