// BEGIN and COMMIT in a script.
#pragma once

#include <string>
#include <vector>

#include "common/host.h"
#include "common/migration/form.h"
#include "common/sql/lexer.h"

namespace whimbrel {

// Leaves out the BEGIN and COMMIT of a script that has everything but settings inside of them, as files do
// that are made for a client: what stands between runs inside a transaction anyway. Files of other tools may
// have them around some of their statements, as Prisma makes them. Returns the notice that says so, empty
// where there is nothing to say; throws kTransactionControl where they would end or divide the transaction.
std::string leave_out_control(const Part& part, sql::Rules rules, std::vector<Statement>& statements);

}  // namespace whimbrel
