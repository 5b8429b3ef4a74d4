#include "pg_ext/catalog_queries.h"

namespace whimbrel::pg {

namespace {

constexpr std::string_view kWrappers = R"sql(
  SELECT w.oid, 0, 0, 'foreign data wrapper', NULL, w.fdwname, quote_ident(w.fdwname), 0,
         nullif(w.fdwhandler, 0)::regproc::text, nullif(w.fdwvalidator, 0)::regproc::text,
         (SELECT string_agg(quote_ident(o.name) || ' ' || quote_literal(o.value), ', ' ORDER BY o.place)
            FROM pg_options_to_table(w.fdwoptions) WITH ORDINALITY o (name, value, place)),
         pg_get_userbyid(w.fdwowner)
    FROM pg_foreign_data_wrapper w WHERE w.oid >= 16384)sql";
constexpr std::string_view kWrapperProperties[] = {"handler", "validator", "options", "owner"};

constexpr std::string_view kServers = R"sql(
  SELECT s.oid, 0, 0, 'server', NULL, s.srvname, quote_ident(s.srvname), 0,
         quote_ident(w.fdwname), s.srvtype, s.srvversion,
         (SELECT string_agg(quote_ident(o.name) || ' ' || quote_literal(o.value), ', ' ORDER BY o.place)
            FROM pg_options_to_table(s.srvoptions) WITH ORDINALITY o (name, value, place)),
         pg_get_userbyid(s.srvowner)
    FROM pg_foreign_server s JOIN pg_foreign_data_wrapper w ON w.oid = s.srvfdw)sql";
constexpr std::string_view kServerProperties[] = {"wrapper", "type", "version", "options", "owner"};

// Options of others are hidden from who is no superuser. The role is the mapping's own, not an owner.
constexpr std::string_view kUserMappings = R"sql(
  SELECT u.umid, 0, u.srvid, 'user mapping', NULL, u.usename,
         CASE u.umuser WHEN 0 THEN 'PUBLIC' ELSE quote_ident(u.usename) END || ' SERVER ' || quote_ident(u.srvname), 0,
         CASE WHEN u.umuser <> 0 THEN quote_ident(u.usename) END,
         (SELECT string_agg(quote_ident(o.name) || ' ' || quote_literal(o.value), ', ' ORDER BY o.place)
            FROM pg_options_to_table(u.umoptions) WITH ORDINALITY o (name, value, place)),
         CASE WHEN u.umoptions IS NULL AND u.usename <> current_user AND NOT pg_has_role(s.srvowner, 'USAGE') THEN 'true' END
    FROM pg_user_mappings u JOIN pg_foreign_server s ON s.oid = u.srvid)sql";
constexpr std::string_view kUserMappingProperties[] = {"role", "options", "hidden_options"};

constexpr CatalogQuery kQueries[] = {
    {ForeignDataWrapperRelationId, InvalidOid, true, false, kWrappers, kWrapperProperties,
     ForeignDataWrapperOidIndexId},
    {ForeignServerRelationId, InvalidOid, true, false, kServers, kServerProperties, ForeignServerOidIndexId},
    {UserMappingRelationId, ForeignServerRelationId, true, false, kUserMappings, kUserMappingProperties,
     UserMappingOidIndexId},
};

}  // namespace

std::span<const CatalogQuery> foreign_queries() { return kQueries; }

}  // namespace whimbrel::pg
