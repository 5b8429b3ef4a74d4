#include "pg_ext/sqlite_file.h"

#include "pg_ext/pg.h"
#include "sqlite_ext/database_file.h"

namespace whimbrel::pg {

std::unique_ptr<SqliteFile> open_sqlite_file(const std::string& path, FileAccess access, unsigned new_mode) {
  // Only the flags of what ends a statement, not InterruptPending: that is set for much else, which the
  // server does at its next look. It is raised by Host::check_interrupt(), when SQLite has returned.
  return std::make_unique<sqlite::DatabaseFile>(
      path, access, new_mode, [] { return QueryCancelPending != 0 || ProcDiePending != 0; });
}

}  // namespace whimbrel::pg
