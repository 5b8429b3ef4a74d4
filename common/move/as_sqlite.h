// A database of PostgreSQL as SQL of SQLite: what export_sqlite would make, as text.
#pragma once

#include "common/complete/data_plan.h"
#include "common/host.h"
#include "common/move/insert_text.h"
#include "common/schema/export.h"

namespace whimbrel::move {

// What is lost is a remark and a warning, with `strict` kUnsupported. `host` is PostgreSQL's.
void write_sqlite_schema(Host& host, const SchemaExportOptions& options, StatementSink& sink);

// For tables that write_sqlite_schema() made: parents first, then the numbers of AUTOINCREMENT.
void write_sqlite_rows(Host& host, const DataOptions& options, const StatementTaker& take);

}  // namespace whimbrel::move
