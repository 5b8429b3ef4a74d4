#include "pg_ext/catalog_queries.h"

namespace whimbrel::pg {

namespace {

// What the last functions may do to the state is told where it is not the rule of their kind.
constexpr std::string_view kAggregates = R"sql(
  SELECT p.oid, 0, 0, 'aggregate', n.nspname, p.proname,
         quote_ident(n.nspname) || '.' || quote_ident(p.proname) || '('
           || CASE WHEN p.pronargs = 0 THEN '*' ELSE pg_get_function_identity_arguments(p.oid) END || ')', 0,
         a.aggtransfn::text, format_type(a.aggtranstype, NULL), nullif(a.aggtransspace, 0), nullif(a.aggfinalfn::oid, 0)::regproc::text,
         CASE WHEN a.aggfinalextra THEN 'true' END,
         CASE WHEN a.aggfinalfn <> 0 AND a.aggfinalmodify <> x.usual
              THEN CASE a.aggfinalmodify WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END END,
         nullif(a.aggcombinefn::oid, 0)::regproc::text, nullif(a.aggserialfn::oid, 0)::regproc::text, nullif(a.aggdeserialfn::oid, 0)::regproc::text,
         a.agginitval, nullif(a.aggmtransfn::oid, 0)::regproc::text, nullif(a.aggminvtransfn::oid, 0)::regproc::text,
         format_type(nullif(a.aggmtranstype, 0), NULL), nullif(a.aggmtransspace, 0), nullif(a.aggmfinalfn::oid, 0)::regproc::text,
         CASE WHEN a.aggmfinalextra THEN 'true' END,
         CASE WHEN a.aggmfinalfn <> 0 AND a.aggmfinalmodify <> x.usual
              THEN CASE a.aggmfinalmodify WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END END,
         a.aggminitval,
         (SELECT 'OPERATOR(' || quote_ident(m.nspname) || '.' || o.oprname || ')'
            FROM pg_operator o JOIN pg_namespace m ON m.oid = o.oprnamespace WHERE o.oid = a.aggsortop),
         CASE p.proparallel WHEN 's' THEN 'SAFE' WHEN 'r' THEN 'RESTRICTED' END,
         CASE WHEN a.aggkind = 'h' THEN 'true' END,
         CASE WHEN a.aggkind <> 'n' OR p.pronargs = 0 THEN p.oid::regprocedure::text END, pg_get_userbyid(p.proowner)
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_aggregate a ON a.aggfnoid = p.oid,
         LATERAL (SELECT CASE a.aggkind WHEN 'n' THEN 'r'::"char" ELSE 'w'::"char" END AS usual) x
   WHERE p.oid >= 16384 AND n.nspname !~ '^pg_')sql";
constexpr std::string_view kAggregateProperties[] = {"sfunc",
                                                     "stype",
                                                     "sspace",
                                                     "finalfunc",
                                                     "finalfunc_extra",
                                                     "finalfunc_modify",
                                                     "combinefunc",
                                                     "serialfunc",
                                                     "deserialfunc",
                                                     "initcond",
                                                     "msfunc",
                                                     "minvfunc",
                                                     "mstype",
                                                     "msspace",
                                                     "mfinalfunc",
                                                     "mfinalfunc_extra",
                                                     "mfinalfunc_modify",
                                                     "minitcond",
                                                     "sortop",
                                                     "parallel",
                                                     "hypothetical",
                                                     "signature",
                                                     "owner"};

constexpr CatalogQuery kQueries[] = {
    {ProcedureRelationId, InvalidOid, true, false, kAggregates, kAggregateProperties, AggregateFnoidIndexId},
};

}  // namespace

std::span<const CatalogQuery> aggregate_queries() { return kQueries; }

}  // namespace whimbrel::pg
