// The catalog as facts, one query for each kind of object. Each row has the columns of CatalogColumn. They
// are run with search_path = pg_catalog, pg_temp, so that every name in a definition has its schema.
#pragma once

#include <span>
#include <string_view>

#include "pg_ext/pg.h"

namespace whimbrel::pg {

struct CatalogColumn {
  enum : std::size_t {
    oid,
    sub,   // a column's number, or 0
    home,  // OID of what it belongs to, or 0
    kind,  // CatalogObject::kind
    name,  // quoted; with its schema where the query is `qualified`
    definition,
    privileges,  // empty: those of a new object
    storage,
  };
};

struct CatalogQuery {
  Oid catalog;       // the catalog that `oid` is of, as pg_depend and pg_description name it
  Oid home_catalog;  // the one that `home` is of
  bool qualified;    // the name is the identity; else it stands behind the home's
  bool part;         // CatalogObject::part
  std::string_view sql;
};

// An object stands behind its home.
std::span<const CatalogQuery> catalog_queries();

}  // namespace whimbrel::pg
