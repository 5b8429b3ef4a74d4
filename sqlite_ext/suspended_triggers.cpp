#include "sqlite_ext/suspended_triggers.h"

namespace whimbrel::sqlite {

SuspendedTriggers::SuspendedTriggers(sqlite3* db) : db_(db) {
  sqlite3_db_config(db_, SQLITE_DBCONFIG_ENABLE_TRIGGER, -1, &were_on_);
  sqlite3_db_config(db_, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
}

SuspendedTriggers::~SuspendedTriggers() {
  sqlite3_db_config(db_, SQLITE_DBCONFIG_ENABLE_TRIGGER, were_on_, nullptr);
}

}  // namespace whimbrel::sqlite
