// Prepared statements that free themselves, and a small cache of them by text for the length of one call (a
// statement that outlived it would keep the application from closing its connection).
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/value.h"
#include "sqlite_ext/compat.h"

namespace whimbrel::sqlite {

class Prepared {
 public:
  // Exactly one statement; an error has its position in `sql`.
  Prepared(sqlite3* db, std::string_view sql, unsigned flags = 0);

  // True for a row, false at the end (the statement is reset then). Throws what SQLite reports.
  bool step();
  // Steps to the end; how many rows came.
  std::int64_t run();
  void reset() { sqlite3_reset(handle_.get()); }

  // The place of the parameter $number (from 1) for sqlite3_bind, or 0 when the statement has none such.
  int parameter(std::size_t number);
  int columns() const { return sqlite3_column_count(handle_.get()); }
  sqlite3_stmt* handle() const { return handle_.get(); }
  sqlite3* database() const { return sqlite3_db_handle(handle_.get()); }

  // Of the current row.
  std::int64_t integer(int column) { return sqlite3_column_int64(handle_.get(), column); }
  bool is_null(int column) { return sqlite3_column_type(handle_.get(), column) == SQLITE_NULL; }
  std::string_view text(int column);  // until the next step

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* handle) const { sqlite3_finalize(handle); }
  };
  std::unique_ptr<sqlite3_stmt, Finalize> handle_;
  std::vector<int> parameters_;  // by number - 1; -1: not asked for yet
};

// Resets a statement when a use of it ends, also by an exception, so that it holds no lock.
class Use {
 public:
  explicit Use(Prepared& statement) : statement_(statement) {}
  ~Use() { statement_.reset(); }
  Use(const Use&) = delete;
  Use& operator=(const Use&) = delete;

 private:
  Prepared& statement_;
};

class StatementCache {
 public:
  explicit StatementCache(sqlite3* db) : db_(db) {}

  // The caller's until it is given back; a text that is in use already gives a second statement.
  std::unique_ptr<Prepared> take(std::string_view sql);
  void give_back(std::string_view sql, std::unique_ptr<Prepared> statement);

 private:
  static constexpr std::size_t kCapacity = 64;

  sqlite3* db_;
  std::map<std::string, std::unique_ptr<Prepared>, std::less<>> idle_;  // nullptr: in use
};

// A statement of the cache for the length of a scope.
class Cached {
 public:
  Cached(StatementCache& cache, std::string_view sql)
      : cache_(cache), sql_(sql), statement_(cache.take(sql)) {}
  ~Cached() { cache_.give_back(sql_, std::move(statement_)); }
  Cached(const Cached&) = delete;
  Cached& operator=(const Cached&) = delete;

  Prepared* operator->() { return statement_.get(); }
  Prepared& operator*() { return *statement_; }

 private:
  StatementCache& cache_;
  std::string sql_;
  std::unique_ptr<Prepared> statement_;
};

// Runs one statement of our own whose rows do not matter.
void run_sql(sqlite3* db, std::string_view sql);

}  // namespace whimbrel::sqlite
