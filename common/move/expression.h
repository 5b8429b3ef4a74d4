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
  std::string problem;  // why there is none; empty: there is

  explicit operator bool() const { return problem.empty(); }
};

Translated translate_expression(std::string_view text, const NameScope& scope);

}  // namespace whimbrel::move
