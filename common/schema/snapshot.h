// The schema as one JSON document, of the same shape on both engines: sorted facts and their digest.
#pragma once

#include "common/host.h"
#include "common/json/writer.h"
#include "common/schema/export.h"

namespace whimbrel {

// {"format":1,"dialect":…,"server_version":150018,"schemas":[…],"facts":[…],"digest":"…"}. The digest is the
// SHA-256 of the facts as they stand there, without what may differ between equal schemas (the versions of
// extensions). Owners and privileges only by option.
void write_snapshot(Host& host, const SchemaExportOptions& options, json::Buffer& out);

}  // namespace whimbrel
