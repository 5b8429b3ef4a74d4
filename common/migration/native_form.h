// The native form of a migration's text: markers (-- migrate:up, -- migrate:down, -- migrate:verify) that
// open its parts, header comments, and the checksum of its tokens. It reads text only; what the statements
// mean is the business of Script and of the engine.
#pragma once

#include <string_view>

#include "common/migration/form.h"

namespace whimbrel {

// `subject` names the migration in errors (`migration "003_add_tags.sql"`), `engine` is Dialect::engine;
// `text` must outlive the form. Without any marker the whole text is the up part. Markers take options:
//   engine:postgresql|sqlite   the part is for one engine
//   transaction:true|false     up and down: false runs each statement by itself
//   env:dev,staging            up: only where the option `env` names one of them
//   requires:002,003           up: refused unless these are applied
//   repeat:on-change           up: applied again when its text changes
// Throws kInvalidText for bytes that are not UTF-8 or NUL, kMigrationSyntax for markers or options that are
// not known, statements in front of the first marker, and a text with markers but without any up.
Form read_native_form(std::string_view subject, std::string_view text, std::string_view engine);

}  // namespace whimbrel
