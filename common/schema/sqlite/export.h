// A schema of SQLite as statements. Each object is made by the very text that made it here, so nothing is
// lost; what is left to decide is which objects, in which order. Never PRAGMA writable_schema.
#pragma once

#include "common/schema/export.h"

namespace whimbrel::sqlite {

// Of the database of `host`, whose facts `catalog` are, read with their dependencies. First the properties of
// the file that its first table fixes (encoding, page size), where they are not SQLite's own; then tables and
// virtual tables, then indexes, views and triggers, each in the order in which they were made here (SQLite
// looks at names when they are used), so that the copy lists them as the original does; then the numbers of
// the file (user_version, application_id). The tables behind a virtual table come with it; one whose module
// is not loaded is told and left out. With `tables`: those and what they need, without the properties of the
// file. There are neither owners nor privileges.
void export_schema(Host& host, const Catalog& catalog, const SchemaExportOptions& options,
                   StatementSink& sink);

}  // namespace whimbrel::sqlite
