// What a call's options make of the host's tables: the schema that an export, an import or a comparison works
// on.
#pragma once

#include "common/host.h"
#include "common/transfer/selection.h"

namespace whimbrel {

// The tables of the host, and what else can hold rows (views, tables of other servers) where the option
// `tables` names it.
Schema schema_of_call(Host& host, const SelectionOptions& selection);

}  // namespace whimbrel
