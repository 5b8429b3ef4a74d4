#include "pg_ext/savepoints.h"

#include "pg_ext/guard.h"

namespace whimbrel::pg {

void Savepoints::begin(Settings settings) {
  levels_.reserve(levels_.size() + 1);
  const Level level = pg_call([&] {
    Level outer{CurrentMemoryContext, CurrentResourceOwner,
                settings == Settings::restored ? NewGUCNestLevel() : 0};
    BeginInternalSubTransaction(nullptr);
    MemoryContextSwitchTo(outer.memory);
    return outer;
  });
  levels_.push_back(level);
}

void Savepoints::release() {
  const Level level = levels_.back();
  pg_call([&] {
    ReleaseCurrentSubTransaction();
    MemoryContextSwitchTo(level.memory);
    CurrentResourceOwner = level.owner;
    if (level.settings != 0) AtEOXact_GUC(false, level.settings);
  });
  levels_.pop_back();
}

void Savepoints::begin_part() {
  levels_.reserve(levels_.size() + 1);
  levels_.push_back({nullptr, nullptr, pg_call([] { return NewGUCNestLevel(); })});
}

void Savepoints::end_part() {
  pg_call([level = levels_.back().settings] { AtEOXact_GUC(false, level); });
  levels_.pop_back();
}

void Savepoints::roll_back() {
  while (in_part()) levels_.pop_back();
  const Level level = levels_.back();
  levels_.pop_back();
  pg_call([&] {
    RollbackAndReleaseCurrentSubTransaction();
    MemoryContextSwitchTo(level.memory);
    CurrentResourceOwner = level.owner;
    if (level.settings != 0) AtEOXact_GUC(false, level.settings);
  });
}

}  // namespace whimbrel::pg
