// Whimbrel's own tables in a schema with a history of its own (option `schema`). Those of the extension are
// made by its install script.
#pragma once

#include <string>

#include "pg_ext/statements.h"

namespace whimbrel::pg {

// Whether the schema has a history. Throws kUnsupported when another tool's table has its name.
bool own_tables_exist(Statements& statements, const std::string& schema);

// Makes those that are missing, like the extension's: columns, defaults, keys, comments. The caller, who owns
// them then, needs CREATE on the schema, and no right on the extension's.
void create_own_tables(Statements& statements, const std::string& schema,
                       const std::string& extension_schema);

// An SQL condition: whether the table with the alias `c` of pg_class is one of them, by its name and a column
// that no other tool's table of this name has.
inline constexpr std::string_view kIsOwnTable = R"sql(EXISTS (
  SELECT FROM pg_catalog.pg_attribute own
   WHERE own.attrelid = c.oid
     AND (c.relname, own.attname) IN (('schema_migrations', 'token_checksum'), ('migration_log', 'log_id'),
                                      ('migration_journal', 'statement_hash'))))sql";

}  // namespace whimbrel::pg
