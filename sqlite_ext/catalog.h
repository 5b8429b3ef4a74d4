// The schema model from SQLite's catalog, in a fixed number of queries whatever the number of tables.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "common/schema/model.h"
#include "sqlite_ext/compat.h"

namespace whimbrel::sqlite {

// The ordinary tables of "main": no views, no virtual tables, no shadow tables, nothing of SQLite's own.
Schema read_catalog(sqlite3* db);

// Host::read_stored_schema(): the same, and behind the columns of each table whose rows have a rowid that no
// column stands for (and a name for it is free) that rowid, as an implicit column; and the shadow tables.
Schema read_stored_catalog(sqlite3* db);

// Adds the views of "main" that are called so.
void add_views(sqlite3* db, Schema& schema, std::span<const std::string> names);

// The name under which the rowid of this table can be used: a column may hide any of its three names. Empty
// when all are hidden, and for a view.
std::string_view rowid_name(const Table& table);

}  // namespace whimbrel::sqlite
