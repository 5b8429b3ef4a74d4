// How the texts of the other tools' migrations are read: what is up and what is down in them, what cannot run
// in a transaction, what only the tool itself could fill in. They read text only.
#pragma once

#include <string>
#include <string_view>

#include "common/migration/form.h"
#include "common/migration/source.h"
#include "common/migration/variables.h"

namespace whimbrel {

// The text of a migration's own file; arguments as of read_native_form().
Form read_text(TextForm form, std::string_view subject, std::string_view text, std::string_view engine);

// The text of a down or verify file beside it: one part.
Form read_companion_text(TextForm form, std::string_view subject, std::string_view text,
                         std::string_view engine, PartKind kind);

// Whether the text may hold variables, in the form's own spelling or as ${name}.
bool has_variables(TextForm form, std::string_view text);
// The text with the form's own placeholders that `variables` names replaced; those of the others stay.
std::string replace_placeholders(TextForm form, std::string_view text, const Variables& variables);
// Throws kMigrationSyntax where something is left that the tool would have replaced.
void check_variables(TextForm form, std::string_view subject, std::string_view text);

// -- +goose Up, -- +goose Down, NO TRANSACTION, StatementBegin and StatementEnd (which say nothing here: the
// engine's own rules split).
Form read_goose_text(std::string_view subject, std::string_view text, std::string_view engine);
// Split once at ---- create above / drop below ----; ---- tern: disable-tx ----.
Form read_tern_text(std::string_view subject, std::string_view text, std::string_view engine);

// Whether statements of the text cannot run in a transaction: CREATE INDEX CONCURRENTLY, VACUUM, CREATE
// DATABASE, …
enum class OutsideTransaction : std::uint8_t { none, some, only };  // only: it is the one statement
OutsideTransaction find_outside_transaction(std::string_view text, std::string_view engine);

}  // namespace whimbrel
