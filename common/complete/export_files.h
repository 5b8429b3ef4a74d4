// Writes a complete migration: the schema, the rows and a description for people, as three files that appear
// together or not at all, of one moment.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/complete/data_plan.h"
#include "common/host.h"
#include "common/schema/export.h"

namespace whimbrel {

struct CompleteOptions {
  DataOptions data;
  SchemaExportOptions schema;
  bool schema_only = false;
  bool data_only = false;
};

struct ExportedFile {
  std::string path;
  std::uint64_t objects = 0;
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;
};

// The caller has the right to write there.
std::vector<ExportedFile> export_complete(Host& host, const std::string& directory,
                                          const CompleteOptions& options);

}  // namespace whimbrel
