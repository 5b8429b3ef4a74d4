// What a constraint of a domain asks of the rows that are there.
#pragma once

#include <string>
#include <vector>

#include "pg_ext/named_relation.h"
#include "pg_ext/statements.h"

namespace whimbrel::pg {

struct DomainColumn {
  Oid table = InvalidOid;
  std::string name;  // quoted
  std::string base;  // the type below the domain
};

// Columns of this very type, of tables that have rows themselves.
std::vector<DomainColumn> columns_of_domain(Statements& statements, Oid domain);

// Conditions over VALUE, as SQL that does not depend on the search_path: of a new CHECK (empty when it cannot
// be read), and of the CHECK of this name that nobody has proved (empty when there is none).
std::string domain_condition(Oid domain, const Node* raw);
std::string unproven_domain_condition(Statements& statements, Oid domain, const char* name);

// Counts the rows whose value breaks the condition.
std::string count_breaking(const RelationName& table, const DomainColumn& column,
                           const std::string& condition);

}  // namespace whimbrel::pg
