#include "sqlite_ext/settings.h"

#include <string>

namespace whimbrel::sqlite {

namespace {

bool ask(sqlite3* db, const char* name) {
  Prepared query(db, std::string("PRAGMA ") + name);
  return query.step() && query.integer(0) != 0;
}

}  // namespace

SessionSettings::SessionSettings(sqlite3* db) : db_(db) {
  for (std::size_t i = 0; i < kCount; ++i) values_[i] = ask(db, kNames[i]);
}

void SessionSettings::restore() const {
  for (std::size_t i = 0; i < kCount; ++i)
    if (ask(db_, kNames[i]) != values_[i])
      run_sql(db_, std::string("PRAGMA ") + kNames[i] + (values_[i] ? " = ON" : " = OFF"));
}

}  // namespace whimbrel::sqlite
