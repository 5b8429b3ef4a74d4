// Savepoints as internal subtransactions, with the session's settings put back at either end.
#pragma once

#include <vector>

#include "pg_ext/pg.h"

namespace whimbrel::pg {

class Savepoints {
 public:
  enum class Settings : std::uint8_t { restored, kept };

  // `kept`: what a statement inside sets is still set after release().
  void begin(Settings settings = Settings::restored);
  void release();
  // With the parts that are open in it.
  void roll_back();

  // A part of a savepoint: its settings alone. No subtransaction, since the end of each looks at all that the
  // transaction has made so far.
  void begin_part();
  void end_part();
  std::size_t depth() const { return levels_.size(); }
  bool in_part() const { return !levels_.empty() && levels_.back().owner == nullptr; }

 private:
  struct Level {
    MemoryContext memory;
    ResourceOwner owner;  // nullptr: a part
    int settings;         // GUC nest level; 0: none of its own
  };
  std::vector<Level> levels_;
};

}  // namespace whimbrel::pg
