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
  void roll_back();

 private:
  struct Level {
    MemoryContext memory;
    ResourceOwner owner;
    int settings;  // GUC nest level; 0: none of its own
  };
  std::vector<Level> levels_;
};

}  // namespace whimbrel::pg
