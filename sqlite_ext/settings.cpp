#include "sqlite_ext/settings.h"

#include <string>

#include "sqlite_ext/foreign_keys.h"
#include "sqlite_ext/statement.h"

namespace whimbrel::sqlite {

SessionSettings::SessionSettings(sqlite3* db) : db_(db) {
  for (std::size_t i = 0; i < kCount; ++i) values_[i] = pragma_flag(db, kNames[i]);
}

void SessionSettings::restore() const {
  for (std::size_t i = 0; i < kCount; ++i)
    if (pragma_flag(db_, kNames[i]) != values_[i])
      run_sql(db_, std::string("PRAGMA ") + kNames[i] + (values_[i] ? " = ON" : " = OFF"));
}

}  // namespace whimbrel::sqlite
