// All triggers of a connection switched off for a while. Foreign keys and their actions are none.
#pragma once

#include "sqlite_ext/compat.h"

namespace whimbrel::sqlite {

// While it lives, no trigger fires; afterwards as the caller had it.
class SuspendedTriggers {
 public:
  explicit SuspendedTriggers(sqlite3* db);
  ~SuspendedTriggers();
  SuspendedTriggers(const SuspendedTriggers&) = delete;
  SuspendedTriggers& operator=(const SuspendedTriggers&) = delete;

 private:
  sqlite3* db_;
  int were_on_ = 0;
};

}  // namespace whimbrel::sqlite
