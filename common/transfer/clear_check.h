// What deleting the rows of a document's tables would do to tables that the document does not have.
#pragma once

#include <vector>

#include "common/host.h"

namespace whimbrel {

// Throws kReference where rows of another table would go, or change, with those of the `cleared` ones.
void refuse_to_clear_others(Host& host, const Schema& schema, const std::vector<const Table*>& cleared);

}  // namespace whimbrel
