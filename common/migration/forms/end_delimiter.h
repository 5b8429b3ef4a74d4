// What ends a statement of a Liquibase changeset instead of a semicolon. There it is a regular expression;
// the usual ones are understood.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/sql/lexer.h"

namespace whimbrel {

class EndDelimiter {
 public:
  // Of the attribute endDelimiter: a sign, or several (//, @@, ##), a word (GO), each also behind a \n or ^,
  // in front of a \n, $ or \s*$, and with its signs escaped. Nothing for any other expression, nor where a
  // dollar is in it.
  static std::optional<EndDelimiter> read(std::string_view expression);

  // The text with a semicolon in place of each delimiter, and blanks, so that offsets stay. None is in a
  // comment or a string. A word must be alone in its line, a single slash at the beginning of one.
  std::string replaced(std::string_view text, sql::Rules rules) const;

 private:
  bool stands_at(std::string_view text, std::size_t offset) const;

  std::string literal_;  // words in lower case; empty: the statements end with a semicolon
  bool word_ = false;
  bool begins_line_ = false;
};

}  // namespace whimbrel
