// How long a call may wait for another connection that writes, and how long a statement of a migration may
// run. Both put back what they change.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "sqlite_ext/compat.h"

namespace whimbrel::sqlite {

// The connection's busy_timeout for the length of a scope; without a value it stays as it is. A busy handler
// of the application cannot be put back: it is replaced only when the caller asks for a timeout.
class BusyTimeout {
 public:
  BusyTimeout(sqlite3* db, std::optional<std::int64_t> milliseconds);
  ~BusyTimeout();
  BusyTimeout(const BusyTimeout&) = delete;
  BusyTimeout& operator=(const BusyTimeout&) = delete;

 private:
  sqlite3* db_;
  bool changed_;
  int before_ = 0;
};

// Interrupts what runs after so long; 0: never. It takes the place of a progress handler of the application.
class Deadline {
 public:
  Deadline(sqlite3* db, std::int64_t milliseconds);
  ~Deadline();
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

  bool passed() const { return passed_; }

 private:
  static int look(void* deadline);

  sqlite3* db_;
  bool set_;
  bool passed_ = false;
  std::chrono::steady_clock::time_point end_;
};

}  // namespace whimbrel::sqlite
