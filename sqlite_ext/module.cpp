// Whimbrel as a loadable module of SQLite.
//
//   .load whimbrel                                   -- the shell; or load_extension('whimbrel')
//   SELECT migrate_apply('migrations');              -- functions that write: scalars, called without FROM
//   SELECT * FROM migrate_status('migrations');      -- functions that read: table-valued
//
// This file registers the functions on a connection and holds nothing else.
#define WHIMBREL_MODULE_ENTRY
#include "sqlite_ext/compat.h"

SQLITE_EXTENSION_INIT1

#include "sqlite_ext/module.h"

// SQLite looks for this name in a file called whimbrel.so.
extern "C" __attribute__((visibility("default"))) int sqlite3_whimbrel_init(sqlite3* db, char** message,
                                                                            const sqlite3_api_routines* api) {
  SQLITE_EXTENSION_INIT2(api)
  return whimbrel::sqlite::register_module(db, message);
}
