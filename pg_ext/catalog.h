// The schema model out of PostgreSQL's catalog: one query per kind of object, never one per object.
#pragma once

#include "common/schema/model.h"
#include "pg_ext/statements.h"

namespace whimbrel::pg {

// All ordinary and partitioned tables outside of the system's schemas; temporary ones and partitions (whose
// rows belong to their table) left out.
Schema read_schema(Statements& statements, const std::string& default_schema);

// Adds the views and foreign tables that are called so: "v" in the default schema, or "schema.v".
void add_named(Statements& statements, const std::string& default_schema, Schema& schema,
               std::span<const std::string> names);

}  // namespace whimbrel::pg
