// Applies the files of a complete migration: all or nothing, in the caller's transaction, with the rows of
// our own data files loaded in batches, and their digests compared afterwards.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/host.h"

namespace whimbrel {

struct ApplyFilesOptions {
  bool schema_only = false;
  bool data_only = false;
  bool verify = true;    // compare the digests
  bool dry_run = false;  // do it all and undo it
};

struct AppliedFile {
  std::string path;
  std::uint64_t statements = 0;
  std::uint64_t rows = 0;
  double duration_ms = 0;
};

// `timestamp`: of the files' names; "": the newest. The caller has the right to read the directory.
std::vector<AppliedFile> apply_complete(Host& host, const std::string& directory,
                                        const std::string& timestamp, const ApplyFilesOptions& options);

}  // namespace whimbrel
