// PostgreSQL's frame around a load by SQL statements: what the catalog says of triggers, rules, forced row
// security, checks that rows need not pass, sequences and materialized views. A query for each kind; reads
// only.
#pragma once

#include <vector>

#include "common/schema/load_frame.h"
#include "pg_ext/statements.h"

namespace whimbrel::pg {

// Of Host: see there.
LoadFrame make_load_frame(Statements& statements, const LoadRequest& request);
std::vector<ConfigurationRows> read_configuration_rows(Statements& statements);

}  // namespace whimbrel::pg
