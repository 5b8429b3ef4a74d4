#include "pg_ext/catalog_queries.h"

namespace whimbrel::pg {

namespace {

constexpr std::string_view kFunctions = R"sql(
  SELECT p.oid, 0, 0, CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END,
         n.nspname, p.proname,
         quote_ident(n.nspname) || '.' || quote_ident(p.proname) || '(' || pg_get_function_identity_arguments(p.oid) || ')',
         CASE WHEN p.proacl IS NOT NULL THEN (
           SELECT nullif(x.now, y.new) FROM
             (SELECT coalesce(string_agg(a::text, ', ' ORDER BY a::text COLLATE "C"), 'none') AS now FROM unnest(p.proacl) a) x,
             (SELECT string_agg(a::text, ', ' ORDER BY a::text COLLATE "C") AS new FROM unnest(acldefault('f', p.proowner)) a) y) END,
         0,
         CASE WHEN p.prokind <> 'a' THEN pg_get_functiondef(p.oid) ELSE (
           SELECT concat_ws(' ', 'sfunc', a.aggtransfn, 'stype', format_type(a.aggtranstype, NULL), 'final', a.aggfinalfn,
                            a.aggfinalextra, a.aggfinalmodify, 'combine', a.aggcombinefn, 'serial', a.aggserialfn,
                            a.aggdeserialfn, 'moving', a.aggmtransfn, a.aggminvtransfn, a.aggmfinalfn, 'sort',
                            a.aggsortop::regoperator, 'kind', a.aggkind, 'initial', a.agginitval)
             FROM pg_aggregate a WHERE a.aggfnoid = p.oid) END,
         pg_get_userbyid(p.proowner)
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
   WHERE p.oid >= 16384 AND n.nspname !~ '^pg_')sql";
constexpr std::string_view kFunctionProperties[] = {"definition", "owner"};

constexpr std::string_view kCasts = R"sql(
  SELECT c.oid, 0, 0, 'cast', NULL, format_type(c.castsource, NULL) || ' as ' || format_type(c.casttarget, NULL),
         format_type(c.castsource, NULL) || ' as ' || format_type(c.casttarget, NULL), NULL, 0,
         concat_ws(' ', c.castfunc::regprocedure, c.castcontext, c.castmethod)
    FROM pg_cast c WHERE c.oid >= 16384)sql";

constexpr std::string_view kOperators = R"sql(
  SELECT o.oid, 0, 0, 'operator', n.nspname, o.oprname, quote_ident(n.nspname) || '.' || o.oprname || '('
           || CASE o.oprleft WHEN 0 THEN 'none' ELSE format_type(o.oprleft, NULL) END || ', '
           || CASE o.oprright WHEN 0 THEN 'none' ELSE format_type(o.oprright, NULL) END || ')', NULL, 0,
         concat_ws(' ', o.oprcode, o.oprcom::regoperator, o.oprnegate::regoperator, o.oprrest, o.oprjoin, o.oprcanmerge, o.oprcanhash)
    FROM pg_operator o JOIN pg_namespace n ON n.oid = o.oprnamespace WHERE o.oid >= 16384)sql";

constexpr std::string_view kOperatorClasses = R"sql(
  SELECT o.oid, 0, 0, 'operator class', n.nspname, o.opcname,
         quote_ident(n.nspname) || '.' || quote_ident(o.opcname) || ' using ' || (SELECT a.amname FROM pg_am a WHERE a.oid = o.opcmethod),
         NULL, 0,
         concat_ws(' ', 'for', format_type(o.opcintype, NULL), 'storage', format_type(nullif(o.opckeytype, 0), NULL), 'default', o.opcdefault)
    FROM pg_opclass o JOIN pg_namespace n ON n.oid = o.opcnamespace WHERE o.oid >= 16384)sql";

constexpr std::string_view kOperatorFamilies = R"sql(
  SELECT o.oid, 0, 0, 'operator family', n.nspname, o.opfname,
         quote_ident(n.nspname) || '.' || quote_ident(o.opfname) || ' using ' || (SELECT a.amname FROM pg_am a WHERE a.oid = o.opfmethod),
         NULL, 0,
         concat_ws(E'\n',
           (SELECT string_agg(concat_ws(' ', 'operator', m.amopstrategy, m.amopopr::regoperator, m.amoppurpose), E'\n'
                              ORDER BY m.amopstrategy, m.amopopr::regoperator::text COLLATE "C")
              FROM pg_amop m WHERE m.amopfamily = o.oid),
           (SELECT string_agg(concat_ws(' ', 'function', m.amprocnum, m.amproc::regprocedure), E'\n'
                              ORDER BY m.amprocnum, m.amproc::regprocedure::text COLLATE "C")
              FROM pg_amproc m WHERE m.amprocfamily = o.oid))
    FROM pg_opfamily o JOIN pg_namespace n ON n.oid = o.opfnamespace WHERE o.oid >= 16384)sql";
constexpr std::string_view kDefinition[] = {"definition"};

constexpr CatalogQuery kQueries[] = {
    {ProcedureRelationId, InvalidOid, true, false, kFunctions, kFunctionProperties},
    {CastRelationId, InvalidOid, true, false, kCasts, kDefinition},
    {OperatorRelationId, InvalidOid, true, false, kOperators, kDefinition},
    {OperatorClassRelationId, InvalidOid, true, false, kOperatorClasses, kDefinition},
    {OperatorFamilyRelationId, InvalidOid, true, false, kOperatorFamilies, kDefinition},
};

}  // namespace

std::span<const CatalogQuery> routine_queries() { return kQueries; }

}  // namespace whimbrel::pg
