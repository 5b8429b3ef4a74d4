// The catalog as facts, one query for each kind of object, in files by family. Each row has the columns of
// CatalogColumn, then the kind's properties. They are run with search_path = pg_catalog, pg_temp, so that
// every name in a text has its schema. A query never names a column that one of the supported versions lacks
// (to_jsonb(row) ->> 'column' does not mind), and never runs once per object.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pg_ext/pg.h"

namespace whimbrel::pg {

struct CatalogColumn {
  enum : std::size_t {
    oid,
    sub,       // a column's number, or 0; columns come in its order
    home,      // OID of what it belongs to, or 0
    kind,      // CatalogObject::kind
    schema,    // bare; NULL: the home's, or none
    name,      // bare
    identity,  // quoted; with its schema where the query is `qualified`
    storage,
    properties,  // the first; NULL: the object has it not
  };
};

struct CatalogQuery {
  Oid catalog;       // the catalog that `oid` is of, as pg_depend and pg_description name it
  Oid home_catalog;  // the one that `home` is of
  bool qualified;    // `identity` is whole; else it stands behind the home's
  bool part;         // CatalogObject::part
  std::string_view sql;
  std::span<const std::string_view> properties;  // names of the columns behind CatalogColumn::properties
  // The index on the catalog's OIDs, for kinds that most databases have none of: the query is run only when
  // there is one that the system did not make. InvalidOid: always.
  Oid index = InvalidOid;
};

std::span<const CatalogQuery> namespace_queries();   // schemas, extensions
std::span<const CatalogQuery> language_queries();    // languages, transforms, access methods, conversions
std::span<const CatalogQuery> relation_queries();    // tables, views, sequences, columns
std::span<const CatalogQuery> type_queries();        // collations, enums, composite types, domains
std::span<const CatalogQuery> base_type_queries();   // ranges, base types
std::span<const CatalogQuery> constraint_queries();  // constraints, indexes, statistics
std::span<const CatalogQuery> behaviour_queries();   // triggers, rules, policies
std::span<const CatalogQuery> addition_queries();    // on tables of extensions
std::span<const CatalogQuery> routine_queries();     // functions, procedures
std::span<const CatalogQuery> aggregate_queries();
std::span<const CatalogQuery> operator_queries();  // operators, their classes and families, casts
std::span<const CatalogQuery> text_search_queries();
std::span<const CatalogQuery> foreign_queries();      // wrappers, servers, user mappings
std::span<const CatalogQuery> replication_queries();  // publications, event triggers
std::span<const CatalogQuery> subscription_queries(bool superuser);
std::span<const CatalogQuery> default_privilege_queries();

// Columns: catalog, OID, a column's number or 0, grantee, grantor unless it is the owner, 'true' when the
// default for the grantee does not hold, 'true' when the grantee is the owner, the sequence of the identity
// column where it is not the column itself, privileges, privileges with grant option. Each row is one item.
// `external`: also of objects that the system or extensions made, where they were changed; these have their
// kind, schema, name and identity in the last columns, and the name of the column.
std::string privilege_query(bool external);

// All of them; an object stands behind its home.
std::vector<CatalogQuery> catalog_queries();
// Those of tables, views, sequences and what belongs to them, and of the types of columns.
std::vector<CatalogQuery> table_queries();

}  // namespace whimbrel::pg
