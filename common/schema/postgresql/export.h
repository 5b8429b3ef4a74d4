// A PostgreSQL schema as PostgreSQL's DDL.
#pragma once

#include "common/schema/export.h"

namespace whimbrel::postgresql {

// write_schema() of common/schema/export.h for this dialect.
void export_schema(Host& host, const Catalog& catalog, const SchemaExportOptions& options,
                   StatementSink& sink);

}  // namespace whimbrel::postgresql
