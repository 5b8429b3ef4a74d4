// What VALIDATE CONSTRAINT would find.
#pragma once

#include <optional>
#include <string>

#include "pg_ext/named_relation.h"
#include "pg_ext/statements.h"

namespace whimbrel::pg {

struct UnprovenConstraint {
  std::string violations;  // a query that counts the rows that break it
  std::string parent;      // of a foreign key, as RelationName::identity
};

// The constraint of this name, which no one has proved for the rows that are there; nothing where there is
// none, it is valid, or nobody can count (keys of periods).
std::optional<UnprovenConstraint> find_unproven(Statements& statements, const RelationName& table,
                                                const char* name);

}  // namespace whimbrel::pg
