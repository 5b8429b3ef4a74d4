// Emptying schemas: for a reset that does not trust the down parts.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "pg_ext/statements.h"

namespace whimbrel::pg {

// Drops, with CASCADE and the rights of the caller, what the schemas hold and no extension owns; returns what
// it was ("table public.users"). The schemas themselves stay. Throws kInvalidOption for one that does not
// exist.
// `own_schema` has the history that is emptied with them: throws kInvalidOption for a schema that has another
// one.
std::vector<std::string> drop_objects(Statements& statements, std::span<const std::string> schemas,
                                      const std::string& own_schema);

}  // namespace whimbrel::pg
