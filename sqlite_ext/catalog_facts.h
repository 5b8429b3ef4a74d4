// The catalog as facts, out of the texts of sqlite_schema: by their tokens, so that comments, white space,
// the case of words and the quotes that ALTER TABLE RENAME puts around a name do not count.
#pragma once

#include <memory>

#include "common/schema/catalog.h"
#include "common/schema/catalog_mark.h"
#include "sqlite_ext/compat.h"

namespace whimbrel::sqlite {

// Host::read_catalog(): all of "main" but SQLite's own and Whimbrel's tables, and the shadow tables of
// virtual ones.
Catalog read_catalog_facts(sqlite3* db);

// Host::mark_catalog(): texts that are the same then and now are not read.
std::unique_ptr<CatalogMark> mark_catalog_texts(sqlite3* db);

}  // namespace whimbrel::sqlite
