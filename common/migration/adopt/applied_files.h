// Whether the files are those that the other tool applied, by the checksums that it keeps.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/migration/adopt/foreign_history.h"

namespace whimbrel {

struct ComparedFile {
  const SourceFile* file = nullptr;  // null: it is not in the source
  std::string_view checksum;         // ForeignMigration::checksum
  std::string* note = nullptr;       // where a file that cannot be compared is told
};

// `applied` in the order of application. Other line ends pass. Throws kChangedMigration for the first file
// that differs for certain.
void check_applied_files(const ForeignTool& tool, const Source& source,
                         std::span<const ComparedFile> applied);

// What the tool may call the file: with other line ends too, where that is a checksum of its text.
std::vector<std::string> keys_of(const ForeignTool& tool, const SourceFile& file);

}  // namespace whimbrel
