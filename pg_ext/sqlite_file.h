// SQLite databases in files of the server, as hosts of their own: the code of sqlite_ext/ over libsqlite3.
#pragma once

#include <memory>
#include <string>

#include "common/host.h"

namespace whimbrel::pg {

std::unique_ptr<SqliteFile> open_sqlite_file(const std::string& path, FileAccess access, unsigned new_mode);

}  // namespace whimbrel::pg
