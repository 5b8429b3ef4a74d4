// Findings out of errors: whoever finds a fault throws an Error whose text tells the place.
#pragma once

#include "common/error.h"
#include "common/migration/form.h"
#include "common/migration/source.h"
#include "common/migration/validate.h"

namespace whimbrel {

// The name under which a finding shows the migration.
std::string shown_file(const SourceFile& file);
// The same of a part of it, which may be a file of its own.
std::string shown_file(const SourceFile& file, PartKind part);

// `error` with the place that its message and context lines name.
Finding finding_of(const Error& error, std::string file);

}  // namespace whimbrel
