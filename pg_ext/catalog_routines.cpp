#include "pg_ext/catalog_queries.h"

namespace whimbrel::pg {

namespace {

constexpr std::string_view kFunctions = R"sql(
  SELECT p.oid, 0, 0, CASE p.prokind WHEN 'p' THEN 'procedure' ELSE 'function' END,
         n.nspname, p.proname,
         quote_ident(n.nspname) || '.' || quote_ident(p.proname) || '(' || pg_get_function_identity_arguments(p.oid) || ')',
         CASE WHEN p.proacl IS NOT NULL THEN (
           SELECT nullif(x.now, y.new) FROM
             (SELECT coalesce(string_agg(a::text, ', ' ORDER BY a::text COLLATE "C"), 'none') AS now FROM unnest(p.proacl) a) x,
             (SELECT string_agg(a::text, ', ' ORDER BY a::text COLLATE "C") AS new FROM unnest(acldefault('f', p.proowner)) a) y) END,
         0,
         pg_get_functiondef(p.oid),
         pg_get_userbyid(p.proowner)
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
   WHERE p.oid >= 16384 AND p.prokind <> 'a' AND n.nspname !~ '^pg_'
     AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'i'))sql";
constexpr std::string_view kFunctionProperties[] = {"definition", "owner"};

constexpr CatalogQuery kQueries[] = {
    {ProcedureRelationId, InvalidOid, true, false, kFunctions, kFunctionProperties},
};

}  // namespace

std::span<const CatalogQuery> routine_queries() { return kQueries; }

}  // namespace whimbrel::pg
