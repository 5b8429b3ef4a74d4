// References of a document's rows to rows that are neither in the document nor in the database. Writes
// nothing.
#pragma once

#include "common/schema/model.h"
#include "common/transfer/importer.h"
#include "common/transfer/problems.h"
#include "common/transfer/target_check.h"

namespace whimbrel {

// Along the foreign keys of the table, as far as values of both sides are written in one way only (integers,
// text, uuids, dates). A parent of too many rows is a warning instead.
void check_references(const DocumentRows& rows, const Schema& schema, const ImportOptions& options,
                      Problems& errors, Problems& warnings);

}  // namespace whimbrel
