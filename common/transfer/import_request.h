// What the options of an import mean for the check of its document; the same for an import and for
// import_validate().
#pragma once

#include "common/host.h"
#include "common/schema/model.h"
#include "common/transfer/document_reader.h"
#include "common/transfer/importer.h"
#include "common/transfer/rules.h"
#include "common/transfer/validator.h"

namespace whimbrel {

// The tables as the import finds them: without triggers when they are switched off.
Schema schema_for_import(Host& host, const ImportOptions& options);

// Refers to all arguments.
ValidationRequest validation_request(const DocumentInput& input, const Schema& schema,
                                     const ImportOptions& options, const Rules& rules);

}  // namespace whimbrel
