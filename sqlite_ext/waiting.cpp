#include "sqlite_ext/waiting.h"

#include "sqlite_ext/statement.h"

namespace whimbrel::sqlite {

BusyTimeout::BusyTimeout(sqlite3* db, std::optional<std::int64_t> milliseconds)
    : db_(db), changed_(milliseconds.has_value()) {
  if (!changed_) return;
  {
    Prepared query(db, "PRAGMA busy_timeout");
    query.step();
    before_ = static_cast<int>(query.integer(0));
  }
  sqlite3_busy_timeout(db, static_cast<int>(*milliseconds));
}

BusyTimeout::~BusyTimeout() {
  if (changed_) sqlite3_busy_timeout(db_, before_);
}

Deadline::Deadline(sqlite3* db, std::int64_t milliseconds)
    : db_(db),
      set_(milliseconds > 0),
      end_(std::chrono::steady_clock::now() + std::chrono::milliseconds(milliseconds)) {
  constexpr int kInstructionsPerLook = 1000;
  if (set_) sqlite3_progress_handler(db, kInstructionsPerLook, &look, this);
}

Deadline::~Deadline() {
  if (set_) sqlite3_progress_handler(db_, 0, nullptr, nullptr);
}

int Deadline::look(void* deadline) {
  auto* self = static_cast<Deadline*>(deadline);
  self->passed_ = std::chrono::steady_clock::now() >= self->end_;
  return self->passed_ ? 1 : 0;
}

}  // namespace whimbrel::sqlite
