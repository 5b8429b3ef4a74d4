// What a statement outside of a transaction has left behind when it was stopped: an index that is not valid,
// a partition half detached. Looks only; what it finds to be done is returned as statements.
#pragma once

#include <string_view>

#include "common/host.h"
#include "pg_ext/statements.h"

namespace whimbrel::pg {

// As Host::look_at_leftover().
Leftover look_at_leftover(Statements& statements, std::string_view sql, bool interrupted);

}  // namespace whimbrel::pg
