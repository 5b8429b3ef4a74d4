// Savepoints of a migration or an import, each with what ends with it: the settings of its PRAGMA statements,
// and the watch over the references.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/host.h"
#include "sqlite_ext/reference_guard.h"
#include "sqlite_ext/settings.h"
#include "sqlite_ext/statement.h"

namespace whimbrel::sqlite {

// Its caller has looked that the transaction is still open.
class Savepoints {
 public:
  // `host` is told what was broken before already.
  Savepoints(sqlite3* db, StatementCache& statements, Host& host)
      : db_(db), statements_(statements), host_(host) {}

  void begin();
  void release();
  // With the parts that are open in it; of a transaction that is gone only what was set.
  void roll_back();
  // A part of a savepoint: its settings and references alone.
  void begin_part();
  void end_part();
  // The end of the innermost one as if it were one of the transaction; it stays open.
  void end_like_transaction();
  std::size_t depth() const { return levels_.size(); }

  // Before a PRAGMA runs; false when there is nothing left to run.
  bool prepare_pragma(const Pragma& pragma);
  // Before a statement that begins with `word`, takes down what it may do to the rows of other tables. True
  // when it must run without foreign keys.
  bool drops_parent(std::string_view word, std::string_view sql);
  // Behind a statement that renamed a table.
  void follow_rename(const StatementTarget& target);

 private:
  struct Level {
    std::optional<SessionSettings> settings;     // of the PRAGMA statements inside it
    std::unique_ptr<ReferenceGuard> references;  // of the first statement inside it that asks for one
    bool is_part = false;
  };

  // The references of the innermost one; made when they are asked for.
  ReferenceGuard& references();
  // Does what a PRAGMA about foreign keys means in a migration; false when it is for SQLite to run.
  bool set_foreign_keys(const Pragma& pragma);
  void finish_references();
  void restore_settings();
  void run(const char* command, std::size_t number);

  sqlite3* db_;
  StatementCache& statements_;
  Host& host_;
  std::vector<Level> levels_;
  bool callers_references_are_open_ = false;  // before the first of them
};

}  // namespace whimbrel::sqlite
