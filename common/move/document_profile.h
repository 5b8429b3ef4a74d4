// What the columns of a document's tables really hold, where it comes from an engine with dynamic types: one
// reading of the whole document, constant memory.
#pragma once

#include <vector>

#include "common/host.h"
#include "common/move/profile.h"
#include "common/move/source.h"
#include "common/transfer/document_reader.h"

namespace whimbrel::move {

// Of `tables`, which the document calls `names`. Values that are wrong count as null: whoever reads the
// rows afterwards says so.
std::vector<TableProfile> profile_document(Host& host, const DocumentInput& input,
                                           const DocumentOutline& outline,
                                           const std::vector<SourceTable>& tables,
                                           const std::vector<std::string>& names);

}  // namespace whimbrel::move
