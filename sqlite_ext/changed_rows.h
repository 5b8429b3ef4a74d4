// Rows that the statements of scripts change, by the table that a statement names, under the name that it has
// in the end; what triggers and foreign keys change with it stands by itself, since SQLite counts it but does
// not say where. And the tables that they drop: a new one may get the same root page.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "common/schema/effect.h"
#include "sqlite_ext/statement.h"
#include "sqlite_ext/statement_target.h"

namespace whimbrel::sqlite {

class ChangedRowsLog {
 public:
  // After a statement: rows that it changed itself, and all that it changed.
  void add(std::string_view sql, std::int64_t direct, std::int64_t all);
  // Before a statement: the table that it makes with rows (CREATE TABLE … AS), which SQLite does not count;
  // nothing where nobody asks for rows. After it: counts them.
  std::optional<std::string> table_to_fill(sqlite3* db, std::string_view sql) const;
  void add_filled(sqlite3* db, const std::string& table);
  // After a statement that drops or renames a table: forgets it, or calls it as it is called now.
  void follow(const StatementTarget& target);
  // At most one at a time; it must not outlive the log.
  std::unique_ptr<RunObserver> observe();

 private:
  class Observer;

  void count(const std::string& table, std::string shown, std::int64_t rows);

  bool watched_ = false;
  // Names in lower case.
  std::map<std::string, ChangedRows> rows_;
  std::map<std::string, std::string> former_names_;  // of tables that were renamed
  std::set<std::string> dropped_;                    // as they were called before
};

}  // namespace whimbrel::sqlite
