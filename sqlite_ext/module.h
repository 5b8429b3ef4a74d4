// Registering everything on one connection.
#pragma once

struct sqlite3;

namespace whimbrel::sqlite {

// An SQLite result code; `*message` (sqlite3_malloc) says why when it is not SQLITE_OK.
int register_module(sqlite3* db, char** message);

}  // namespace whimbrel::sqlite
