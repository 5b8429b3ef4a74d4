// What an error of row security means for a caller who wants all rows.
#pragma once

#include "pg_ext/guard.h"

namespace whimbrel::pg {

// Gives the server's error about a policy, which names the table only, a hint with the role and the way out.
void explain_row_security(const ErrorData& data, ServerError& error);

}  // namespace whimbrel::pg
