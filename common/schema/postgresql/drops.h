// What the option `clean` drops before the schema is made.
#pragma once

#include <vector>

#include "common/schema/postgresql/graph.h"
#include "common/schema/postgresql/writer.h"

namespace whimbrel::postgresql {

// Drops what is there under the names of what is made, in reverse order. Whatever goes with another needs no
// statement; schemas and extensions may hold what others made.
void write_drops(Writer& writer, const std::vector<Step>& steps);

}  // namespace whimbrel::postgresql
