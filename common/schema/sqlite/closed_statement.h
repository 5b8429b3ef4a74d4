// Statements as sqlite_schema keeps them, made ready for a script.
#pragma once

#include <string>
#include <string_view>

namespace whimbrel::sqlite {

// The text so that a semicolon can follow: a comment at its end is ended.
std::string closed_statement(std::string_view sql);

}  // namespace whimbrel::sqlite
