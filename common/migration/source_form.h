// A migration of a source with all its texts read: the one way from a SourceFile to its Form.
#pragma once

#include <optional>
#include <string>

#include "common/host.h"
#include "common/migration/form.h"
#include "common/migration/source.h"
#include "common/migration/variables.h"

namespace whimbrel {

// `variables` is null where nothing is to be replaced. The form's parts point into `file`, or into texts that
// the form keeps; its checksum is that of the text with the variables' names.
Form read_form(const Host& host, const SourceFile& file, const Variables* variables = nullptr);

// What is stored of a migration: the SQL that ran, with variables replaced.
struct MigrationTexts {
  std::string up;
  std::optional<std::string> down;  // none: it cannot be undone
  std::string verify;               // empty: none
  bool verify_by_running = false;   // as in Part
  std::string required;             // versions and names, separated by spaces
};
MigrationTexts texts_of(const Form& form);

// The form's own description, else the one of the file's name.
std::string description_of(const SourceFile& file, const Form& form);

}  // namespace whimbrel
