// Scripts by SQLite's own rules: where a statement ends (as sqlite3_complete() sees it, bodies of triggers
// included), what it begins with, and whether its syntax is right before the tables that it names exist.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/host.h"
#include "sqlite_ext/compat.h"

namespace whimbrel::sqlite {

// Offsets are of the first and after the last token that is not a comment. Nothing is an error here.
std::vector<Statement> split_script(std::string_view script);

// Throws the first syntax error, with its position in `script`. Only errors of the grammar are one: "no such
// table" is not known yet. Runs nothing and changes nothing.
void check_syntax(sqlite3* db, std::string_view script, const std::vector<Statement>& statements);

// The first word of a statement in lower case, EXPLAIN [QUERY PLAN] left out; empty without one.
std::string first_word(std::string_view statement);

// A PRAGMA statement's name and argument in lower case, quotes removed; no argument when it only asks.
struct Pragma {
  std::string name;
  std::optional<std::string> argument;
};
Pragma parse_pragma(std::string_view statement);

}  // namespace whimbrel::sqlite
