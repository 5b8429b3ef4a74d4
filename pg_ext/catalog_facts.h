// The catalog as facts: what catalog_queries() finds, without what belongs to an extension.
#pragma once

#include "common/schema/catalog.h"
#include "pg_ext/statements.h"

namespace whimbrel::pg {

// Host::read_catalog()
Catalog read_catalog_facts(Statements& statements, const CatalogRequest& request);

}  // namespace whimbrel::pg
