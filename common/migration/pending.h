// What a source means against the history: which migrations are applied, changed, pending, out of order. It
// looks only; the runner acts on it, the status shows it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/error.h"
#include "common/migration/history.h"
#include "common/migration/source_form.h"

namespace whimbrel {

enum class Likeness : std::uint8_t {
  same,     // byte for byte, or recorded without a checksum
  tokens,   // only comments, white space or line ends differ
  changed,  // something that counts differs
};

// The row of the history that stands for this file; nullptr when it is pending. A row that an application
// wrote by hand may carry the file's whole name ("003_add_tags"); a baseline without files stands for all
// below it.
const AppliedMigration* find_applied(const History& history, const SourceFile& file);

// The migrations of a source that count beside this history: while nothing is applied, the highest baseline
// stands for all versions up to its own; once it is applied, these are left out for good.
std::vector<const SourceFile*> files_in_force(const Source& source, const History& history);

// Compares an applied migration with its file. Parses the file only when its bytes differ.
Likeness compare_with_applied(const Host& host, const SourceFile& file, const AppliedMigration& applied);

// The same with the form already read.
Likeness compare_with_applied(const SourceFile& file, const Form& form, const AppliedMigration& applied);

// A sentence about the first place where the file differs from the stored text; empty for who may not read
// that.
std::string describe_change(Host& host, const SourceFile& file, const AppliedMigration& applied);

// All differences between the stored texts and the file's, part by part in the unified format.
std::string show_changes(Host& host, const SourceFile& file, const Form& form,
                         const AppliedMigration& applied);

// Whether `file`, which is pending, is below a version that is applied.
bool is_out_of_order(const SourceFile& file, const AppliedMigration* highest);

}  // namespace whimbrel
