// A form of any text of SQLite in which only what counts is left: for comparing, and for names that people
// read. Not a text to run.
#pragma once

#include <string>
#include <string_view>

namespace whimbrel::sqlite {

// The tokens joined by single spaces, without comments; words and quoted names in lower case, names quoted
// only where they must be. Strings stay as they are.
std::string normal_text(std::string_view sql);

// The same of an expression, without the parentheses that stand around all of it: they mean nothing.
std::string normal_expression(std::string_view sql);

// A name as CatalogObject::identity has it: quoted where it must be.
std::string shown_name(std::string_view name);
// The name that an identity stands for, without the schema's before it.
std::string bare_identity(std::string_view identity);

}  // namespace whimbrel::sqlite
