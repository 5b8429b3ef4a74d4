// Foreign keys while a migration runs. DROP TABLE of a parent deletes its rows first, and with foreign keys
// on that takes the rows of its children along; PRAGMA foreign_keys means nothing inside a transaction. So a
// migration that recreates a table would lose rows without a word. Here such a DROP does not look at foreign
// keys, PRAGMA foreign_keys in a migration means what its author meant, and at the migration's end the
// references are checked and the children's rows counted. DELETE, UPDATE and REPLACE act on children as ever.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sqlite_ext/compat.h"
#include "sqlite_ext/statement_target.h"

namespace whimbrel::sqlite {

bool foreign_keys_enforced(sqlite3* db);
// Also inside a transaction.
void enforce_foreign_keys(sqlite3* db, bool on);

// Rows whose parent is missing, by child and parent. A table whose keys do not fit their parent is left out,
// since SQLite cannot check it.
using BrokenReferences = std::map<std::pair<std::string, std::string>, std::int64_t>;

// Where foreign keys that are deferred wait for their parents: throws kReference for the first that is broken
// and was not, or not as much, in `before`.
void refuse_open_references(sqlite3* db, const BrokenReferences& before);

// One migration's. What the session had set is put back when it goes.
class ReferenceGuard {
 public:
  explicit ReferenceGuard(sqlite3* db);
  ~ReferenceGuard();
  ReferenceGuard(const ReferenceGuard&) = delete;
  ReferenceGuard& operator=(const ReferenceGuard&) = delete;

  // PRAGMA foreign_keys of the migration.
  void set_enforced(bool on);
  // PRAGMA defer_foreign_keys of the migration; false when it must not run, since the caller deferred them.
  bool may_set_deferred(bool on);
  // Before a statement that drops a table or takes rows out of one. True when it must run without foreign
  // keys.
  bool watch(const StatementTarget& target);
  // Behind a statement that renamed a table; both in lower case.
  void rename(const std::string& from, const std::string& to);
  // At the end: throws kReference when the migration broke a reference or lost rows of a child. Returns what
  // was broken before already, for people to know. Afterwards nothing is watched any more.
  std::vector<std::string> finish();

 private:
  struct Child {
    std::int64_t rows;
    std::string parent;
  };

  bool count_children(const std::string& parent);  // false: there are none
  void compare_references(std::vector<std::string>& notes);
  void compare_counts();
  void finish_deferred();

  sqlite3* db_;
  bool session_enforces_;
  bool deferred_here_ = false;  // by the migration, and nothing was open before
  bool everything_ = false;     // the migration switched foreign keys off itself
  BrokenReferences before_;
  std::set<std::string> checked_;                // children that are checked at the end
  std::set<std::string> dropped_;                // tables that were dropped while others refer to them
  std::set<std::string> reduced_;                // tables that the migration takes rows from or drops itself
  std::map<std::string, std::int64_t> parents_;  // rows of dropped and emptied tables before
  std::map<std::string, Child> children_;        // and of their children
};

// While it lives, foreign keys are not looked at.
class EnforcementPause {
 public:
  EnforcementPause(sqlite3* db, bool pause) : db_(db), paused_(pause && foreign_keys_enforced(db)) {
    if (paused_) enforce_foreign_keys(db_, false);
  }
  ~EnforcementPause() {
    if (paused_) enforce_foreign_keys(db_, true);
  }
  EnforcementPause(const EnforcementPause&) = delete;
  EnforcementPause& operator=(const EnforcementPause&) = delete;

 private:
  sqlite3* db_;
  bool paused_;
};

}  // namespace whimbrel::sqlite
