// Scripts by SQLite's own rules: where a statement ends (as sqlite3_complete() sees it, bodies of triggers
// included) and what it begins with.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/host.h"

namespace whimbrel::sqlite {

// Offsets are of the first and after the last token that is not a comment. Nothing is an error here.
std::vector<Statement> split_script(std::string_view script);

// The first word of a statement in lower case, EXPLAIN [QUERY PLAN] left out; empty without one.
std::string first_word(std::string_view statement);

// A PRAGMA statement's parts in lower case, quotes removed; no argument when it only asks.
struct Pragma {
  std::string schema;  // empty where it names none
  std::string name;
  std::optional<std::string> argument;
};
Pragma parse_pragma(std::string_view statement);

}  // namespace whimbrel::sqlite
