// What the server's grammar tells of a statement before it runs.
#pragma once

#include "common/host.h"
#include "pg_ext/pg.h"

namespace whimbrel::pg {

// Inside pg_call: sets all but the place, from a statement of raw_parser().
void classify(Node* node, Statement& statement);

}  // namespace whimbrel::pg
