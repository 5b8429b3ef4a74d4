// A text that is one part as a whole: a down file beside its up file, a registered down text, a form whose
// files have no markers.
#pragma once

#include <string_view>

#include "common/migration/form.h"

namespace whimbrel {

// As read_native_form(), without looking for markers.
Form read_plain_form(std::string_view subject, std::string_view text, std::string_view engine, PartKind kind);

// Throws kInvalidText for bytes that are not UTF-8 or NUL, with the line.
void check_migration_encoding(std::string_view subject, std::string_view text);

inline constexpr std::string_view kBom = "\xEF\xBB\xBF";

}  // namespace whimbrel
