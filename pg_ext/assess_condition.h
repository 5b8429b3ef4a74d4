// The conditions of checks and indexes, of which rows are asked before they are there.
#pragma once

#include <string>

#include "pg_ext/pg.h"

namespace whimbrel::pg {

// For expressions over the table's columns. Inside pg_call.
ParseState* parse_state_over(Relation relation);

// A condition over the table's columns as SQL that does not depend on the search_path; empty when it cannot
// be read, as when it names a column that does not exist yet.
std::string check_condition(Oid table, const Node* raw);
// The same of a CHECK of a domain, over VALUE.
std::string domain_condition(Oid domain, const Node* raw);

}  // namespace whimbrel::pg
