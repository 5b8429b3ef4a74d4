#include "pg_ext/catalog_queries.h"

namespace whimbrel::pg {

namespace {

constexpr std::string_view kFunctions = R"sql(
  SELECT p.oid, 0, 0, CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'f' THEN 'function' WHEN 'w' THEN 'function' ELSE 'routine of kind ' || p.prokind::text END,
         n.nspname, p.proname,
         quote_ident(n.nspname) || '.' || quote_ident(p.proname) || '(' || pg_get_function_identity_arguments(p.oid) || ')',
         0,
         CASE WHEN p.prokind IN ('p', 'f', 'w') THEN pg_get_functiondef(p.oid) END,
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
