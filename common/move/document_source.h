// What a document says of how a table is made, as if it were read from a SQLite file. The statements are not
// trusted: one that makes anything but this table and its indexes is refused.
#pragma once

#include "common/move/source.h"
#include "common/transfer/document.h"

namespace whimbrel::move {

// Throws kInvalidDocument for such a statement.
SourceTable document_source(const DocumentTable& table, const Metadata& metadata);

}  // namespace whimbrel::move
