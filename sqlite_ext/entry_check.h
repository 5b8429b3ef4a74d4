// What a function that writes asks before it begins: is it called where SQLite can do what it is going to do?
// Inside a statement that writes, a savepoint is refused and a COMMIT half done; beside a statement that
// reads a table, DROP TABLE is locked and a rollback of DDL kills the reader. All of that is refused here,
// before anything is touched.
#pragma once

#include "sqlite_ext/connection.h"

namespace whimbrel::sqlite {

// Throws kInvalidCall where the function cannot be called.
void check_writer_entry(const Connection& connection, const Function& function);

}  // namespace whimbrel::sqlite
