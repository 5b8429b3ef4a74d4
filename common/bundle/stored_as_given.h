// Whether new rows can only have been stored as they were given. Then nobody has to read them again to know
// what the table has.
#pragma once

#include "common/bundle/change_set.h"
#include "common/host.h"

namespace whimbrel {

// Of a set of new rows that were all inserted, beside `all` sets of the same run. False where a trigger or a
// rule of any of their tables, a default, or the type of a column might have made other values of them.
bool is_stored_as_given(const Dialect& dialect, const ChangeSet& set, const std::vector<ChangeSet>& all);

}  // namespace whimbrel
