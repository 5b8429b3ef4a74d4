// Savepoints as internal subtransactions, with the session's settings put back at either end.
#pragma once

#include <vector>

#include "pg_ext/pg.h"

namespace whimbrel::pg {

class Savepoints {
 public:
  void begin();
  void release();
  void roll_back();

 private:
  struct Level {
    MemoryContext memory;
    ResourceOwner owner;
    int settings;
  };
  std::vector<Level> levels_;
};

}  // namespace whimbrel::pg
