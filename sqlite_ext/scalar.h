// Every function of ours as a scalar SQL function: SELECT f(…).
#pragma once

#include <memory>

#include "sqlite_ext/connection.h"

namespace whimbrel::sqlite {

// One registration for each number of arguments. An SQLite result code.
int register_scalar(const std::shared_ptr<Connection>& connection, const Function& function);

}  // namespace whimbrel::sqlite
