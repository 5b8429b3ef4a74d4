#include <cstring>
#include <memory>

#include "common/function.h"
#include "common/version.h"
#include "sqlite_ext/module.h"
#include "sqlite_ext/scalar.h"
#include "sqlite_ext/table_function.h"
#include "sqlite_ext/value_function.h"
#include "sqlite_ext/wall.h"

namespace whimbrel::sqlite {

namespace {

// Whether the file's header says that its texts are UTF-8. An empty file has the encoding of the connection.
bool is_utf8(sqlite3* db) {
  constexpr int kHeader = 100;
  constexpr int kEncoding = 56;  // four bytes, big endian: 1 is UTF-8
  constexpr unsigned char kUtf8[] = {0, 0, 0, 1};
  sqlite3_file* file = nullptr;
  if (sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, static_cast<void*>(&file)) != SQLITE_OK ||
      file == nullptr || file->pMethods == nullptr)
    return false;
  unsigned char header[kHeader] = {};
  const int result = file->pMethods->xRead(file, header, kHeader, 0);
  if (result == SQLITE_IOERR_SHORT_READ) return header[0] == 0;
  return result == SQLITE_OK && std::memcmp(header, "SQLite format 3", 16) == 0 &&
         std::memcmp(header + kEncoding, kUtf8, sizeof kUtf8) == 0;
}

// A connection takes the encoding of its file over when it first reads the schema, and newer versions refuse
// that while a statement runs (SQLITE_LOCKED): the first call in a file of UTF-16 would fail. What cannot be
// read now is told by whoever reads it next. A schema of UTF-8 is read when it is needed: a large one takes
// longer than all else here.
void read_encoding(sqlite3* db) {
  if (!is_utf8(db)) sqlite3_exec(db, "SELECT 1 FROM main.sqlite_schema LIMIT 0", nullptr, nullptr, nullptr);
}

// Whether this version is there already: while a statement runs, its functions cannot be registered again.
bool is_registered(sqlite3* db) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(db, "SELECT whimbrel_version()", -1, &statement, nullptr) != SQLITE_OK) return false;
  const bool row = sqlite3_step(statement) == SQLITE_ROW;
  const auto* const version = reinterpret_cast<const char*>(row ? sqlite3_column_text(statement, 0) : nullptr);
  const bool same = version != nullptr && version == kVersionText;
  sqlite3_finalize(statement);
  return same;
}

}  // namespace

int register_module(sqlite3* db, char** message) {
  if (sqlite3_libversion_number() < kOldestVersion) {
    *message = sqlite3_mprintf("[WB005] whimbrel needs SQLite %s or newer, this is %s", kOldestVersionText,
                               sqlite3_libversion());
    return SQLITE_ERROR;
  }
  int result = SQLITE_OK;
  const Outcome outcome = guarded([&] {
    const auto connection = std::make_shared<Connection>();
    connection->db = db;
    for (const Function& function : functions()) {
      if (result == SQLITE_OK) result = register_scalar(connection, function);
      if (result == SQLITE_OK) result = register_table_function(connection, function);
    }
    for (const ValueFunction& function : value_functions())
      if (result == SQLITE_OK) result = register_value_function(db, function);
  });
  if (outcome.result != SQLITE_OK) result = outcome.result;
  if (result == SQLITE_BUSY && is_registered(db)) return SQLITE_OK;
  if (result == SQLITE_OK) read_encoding(db);
  if (result != SQLITE_OK && result != SQLITE_NOMEM)
    *message = sqlite3_mprintf("%s", outcome.message.empty() ? sqlite3_errmsg(db) : outcome.message.c_str());
  return result;
}

}  // namespace whimbrel::sqlite
