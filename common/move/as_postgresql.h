// A SQLite database as SQL of PostgreSQL: what import_sqlite would make, as text.
#pragma once

#include "common/complete/data_plan.h"
#include "common/host.h"
#include "common/move/insert_text.h"
#include "common/schema/export.h"

namespace whimbrel::move {

// Every value is looked at first: they decide the types. What is lost is a remark and a warning, with
// `strict` kUnsupported. `host` is SQLite's.
void write_postgresql_schema(Host& host, const SchemaExportOptions& options, StatementSink& sink);

// For tables that write_postgresql_schema() made: parents first, keys that go in circles put off until the
// end, then the positions of identities. For one transaction.
void write_postgresql_rows(Host& host, const DataOptions& options, const StatementTaker& take);

}  // namespace whimbrel::move
