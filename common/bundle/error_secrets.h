// Errors of the engine about rows that have secrets: some of them print the row, or the value, that they
// refuse. What they print is taken out here; which rule refused it stays.
#pragma once

#include "common/bundle/change_set.h"
#include "common/error.h"

namespace whimbrel {

// `error` was thrown when rows of the set were written. One of ours, and one about a table without secrets,
// stays as it is.
void hide_secrets(Error& error, const ChangeSet& set);

}  // namespace whimbrel
