// What one connection's registration of the module shares among its functions.
#pragma once

#include <memory>

#include "common/function.h"
#include "sqlite_ext/compat.h"

namespace whimbrel::sqlite {

struct Connection {
  sqlite3* db = nullptr;
  int writers = 0;  // how many calls of functions that write are under way: a second one is refused
};

// What each registered function and table-valued function carries: SQLite owns it and destroys it.
struct Registration {
  std::shared_ptr<Connection> connection;
  const Function* function = nullptr;
};

// Hands a registration over to SQLite, and takes it back (sqlite3_create_function_v2's destructor).
inline void* release_registration(std::unique_ptr<Registration> registration) {
  return registration.release();
}
inline void destroy_registration(void* registration) {
  std::unique_ptr<Registration>(static_cast<Registration*>(registration));
}

}  // namespace whimbrel::sqlite
