// Whimbrel's own tables in a SQLite database: each group comes with the first of its functions that writes.
#pragma once

#include <string>
#include <vector>

#include "common/error.h"
#include "common/own_table_names.h"
#include "common/schema/model.h"
#include "sqlite_ext/compat.h"
#include "sqlite_ext/statement_target.h"

namespace whimbrel::sqlite {

// By its name and columns: `schema_migrations` is a name that other tools use too.
bool is_own_table(const Table& table);

// Names of those that are there.
std::vector<std::string> own_table_names(sqlite3* db);

// Whether all of the group are there.
bool own_tables_exist(sqlite3* db, OwnTables group);

// As Host::own_tables_may_wait(): none of migrations is there, nothing else has one of their names, and no
// trigger or view could lead to one.
bool own_tables_may_wait(sqlite3* db);

// Creates those of the group that are missing. A table of the same name that is not ours is an error.
void create_own_tables(sqlite3* db, OwnTables group);

// Throws kUnsupported for a DROP or a RENAME of one that is there.
void refuse_end_of_own_table(sqlite3* db, const StatementTarget& target);

// Gives a hint to the error of a CREATE TABLE whose name one of them has.
void explain_own_table(sqlite3* db, Error& error);

}  // namespace whimbrel::sqlite
