// Functions that read as table-valued functions: SELECT * FROM f(…). An eponymous virtual table whose hidden
// columns are the parameters. A function that writes has one too, which only says how to call it.
#pragma once

#include <memory>

#include "sqlite_ext/connection.h"

namespace whimbrel::sqlite {

// An SQLite result code.
int register_table_function(const std::shared_ptr<Connection>& connection, const Function& function);

}  // namespace whimbrel::sqlite
