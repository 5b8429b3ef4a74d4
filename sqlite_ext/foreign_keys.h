// Foreign keys that were deferred, checked before the transaction ends.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/schema/model.h"
#include "sqlite_ext/statement.h"

namespace whimbrel::sqlite {

// While it lives, references may be broken until the transaction ends; before and after as the caller set it.
// Only where the caller left some open they stay deferred until then: newer versions of SQLite (3.53; not
// 3.46) forget all that is open, whoever left it, when deferring is switched off.
class DeferredForeignKeys {
 public:
  explicit DeferredForeignKeys(sqlite3* db);
  ~DeferredForeignKeys();
  DeferredForeignKeys(const DeferredForeignKeys&) = delete;
  DeferredForeignKeys& operator=(const DeferredForeignKeys&) = delete;

  // Whether nothing was deferred before: then every reference that is broken was broken since.
  bool all_ours() const { return !stays_on_; }
  // Whether references of the caller were open that it had not deferred by itself: pausing would lose them.
  bool must_not_pause() const { return stays_on_ && !was_on_; }
  // Whether any is broken now, or was when deferring paused.
  bool has_open() const;

  // While it lives, statements are checked at once again, if all_ours(). SQLite then forgets what was open.
  class Pause {
   public:
    explicit Pause(DeferredForeignKeys& keys);
    ~Pause();
    Pause(const Pause&) = delete;
    Pause& operator=(const Pause&) = delete;

   private:
    DeferredForeignKeys& keys_;
  };

 private:
  sqlite3* db_;
  bool was_on_;
  bool stays_on_;
  bool had_open_ = false;
};

// The value of a PRAGMA that is on or off.
bool pragma_flag(sqlite3* db, std::string_view name);

// Whether any reference of the transaction is still broken (SQLite counts them while foreign keys are on).
bool has_open_references(sqlite3* db);

// The tables of the main database, by name.
std::vector<std::string> table_names(sqlite3* db);
// The rows of a table (all tables: "") whose parent is missing, as PRAGMA foreign_key_check tells them.
// Throws what is_key_mismatch() where SQLite cannot check it.
Prepared find_orphans(sqlite3* db, const std::string& table);

// Throws kReference for the first row of these tables whose parent is missing.
void check_references(sqlite3* db, std::span<const Table* const> tables);
// The same of all tables; foreign keys that do not fit their parents are passed over.
void check_all_references(sqlite3* db);

}  // namespace whimbrel::sqlite
