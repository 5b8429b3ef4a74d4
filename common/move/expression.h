// Expressions and selects of SQLite as PostgreSQL writes them, token by token: names as the moved tables have
// them, operators and functions by a dictionary. What the dictionary does not know, or what means something
// else there, is not translated at all; the reason says what it was.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace whimbrel::move {

struct KnownColumn {
  std::string name;  // in PostgreSQL, bare
  std::string type;  // of PostgreSQL
};

// Names by their lower case, as SQLite compares them.
struct NameScope {
  std::map<std::string, KnownColumn> columns;
  std::map<std::string, std::string> tables;  // to schema and name, quoted
  bool aliases = false;                       // names that nobody knows may be aliases: in selects
};

struct Translated {
  std::string sql;
  std::string problem;   // why there is none; empty: there is
  bool certain = false;  // of a default: a literal, or a time of now, of the column's type
  std::string doubt;  // of a default: why PostgreSQL may refuse the literal for the type; empty: it takes it

  explicit operator bool() const { return problem.empty(); }
};

Translated translate_expression(std::string_view text, const NameScope& scope);

// A column's default for a column of this type. Without one, and without a problem: none is needed (NULL).
Translated translate_default(std::string_view text, const std::string& type, const NameScope& scope);

// Whether a default is the time at which a row is made.
bool is_now(std::string_view text);

}  // namespace whimbrel::move
