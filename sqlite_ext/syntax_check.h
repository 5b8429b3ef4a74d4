// The syntax of statements before the objects that they name exist: asked of a connection to an empty
// database in memory, so that nothing of the real one is locked, changed or in the way.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "common/host.h"
#include "sqlite_ext/compat.h"

namespace whimbrel::sqlite {

class SyntaxCheck {
 public:
  // Throws the first syntax error, with its position in `script`. Only errors of the grammar are one: that
  // something is not there is not known yet. Runs nothing.
  void check(std::string_view script, const std::vector<Statement>& statements);

 private:
  struct Close {
    void operator()(sqlite3* db) const { sqlite3_close(db); }
  };

  void open();
  // Whether the parser came to the statement's end, which it does not behind some errors of other kinds.
  bool parse(std::string_view script, const Statement& statement);
  bool parse_with(const std::string& placeholder, std::string_view script, const Statement& statement);

  std::unique_ptr<sqlite3, Close> db_;
  std::unordered_set<std::string> right_;  // shapes of statements that the parser took
};

}  // namespace whimbrel::sqlite
