#include "pg_ext/catalog_queries.h"

namespace whimbrel::pg {

namespace {

constexpr std::string_view kSchemas = R"sql(
  SELECT n.oid, 0, 0, 'schema', NULL, n.nspname, quote_ident(n.nspname), 0,
         pg_get_userbyid(n.nspowner)
    FROM pg_namespace n
   WHERE (n.oid >= 16384 OR n.nspname = 'public') AND n.nspname !~ '^pg_')sql";
constexpr std::string_view kOwner[] = {"owner"};

constexpr std::string_view kExtensions = R"sql(
  SELECT e.oid, 0, 0, 'extension', NULL, e.extname, quote_ident(e.extname), 0, e.extversion, e.extnamespace::regnamespace::text
    FROM pg_extension e WHERE e.oid >= 16384)sql";
constexpr std::string_view kExtensionProperties[] = {"version", "schema"};

constexpr CatalogQuery kQueries[] = {
    {NamespaceRelationId, InvalidOid, true, false, kSchemas, kOwner},
    {ExtensionRelationId, InvalidOid, true, false, kExtensions, kExtensionProperties},
};

}  // namespace

std::span<const CatalogQuery> namespace_queries() { return kQueries; }

}  // namespace whimbrel::pg
