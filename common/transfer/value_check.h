// The values of a document that only the database can judge: intervals, addresses, ranges, what stands in
// arrays, what a domain's CHECK says. Writes nothing.
#pragma once

#include "common/transfer/target_check.h"

namespace whimbrel {

// An error, with the database's own code and words, for each value that its column would refuse; but for
// those that `errors` has already.
void check_values(const DocumentRows& rows, Problems& errors);

}  // namespace whimbrel
