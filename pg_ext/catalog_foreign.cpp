#include "pg_ext/catalog_queries.h"

namespace whimbrel::pg {

namespace {

constexpr std::string_view kWrappers = R"sql(
  SELECT w.oid, 0, 0, 'foreign data wrapper', NULL, w.fdwname, quote_ident(w.fdwname), NULL, 0,
         concat_ws(' ', w.fdwhandler::regprocedure, w.fdwvalidator::regprocedure, w.fdwoptions)
    FROM pg_foreign_data_wrapper w WHERE w.oid >= 16384)sql";

constexpr std::string_view kServers = R"sql(
  SELECT s.oid, 0, 0, 'server', NULL, s.srvname, quote_ident(s.srvname), NULL, 0,
         concat_ws(' ', (SELECT w.fdwname FROM pg_foreign_data_wrapper w WHERE w.oid = s.srvfdw), s.srvtype, s.srvversion, s.srvoptions)
    FROM pg_foreign_server s)sql";

constexpr std::string_view kUserMappings = R"sql(
  SELECT u.umid, 0, 0, 'user mapping', NULL, u.usename, quote_ident(u.usename) || ' on ' || quote_ident(u.srvname), NULL, 0,
         u.umoptions::text
    FROM pg_user_mappings u)sql";
constexpr std::string_view kDefinition[] = {"definition"};

constexpr CatalogQuery kQueries[] = {
    {ForeignDataWrapperRelationId, InvalidOid, true, false, kWrappers, kDefinition},
    {ForeignServerRelationId, InvalidOid, true, false, kServers, kDefinition},
    {UserMappingRelationId, InvalidOid, true, false, kUserMappings, kDefinition},
};

}  // namespace

std::span<const CatalogQuery> foreign_queries() { return kQueries; }

}  // namespace whimbrel::pg
