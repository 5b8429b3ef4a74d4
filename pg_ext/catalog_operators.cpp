#include "pg_ext/catalog_queries.h"

namespace whimbrel::pg {

namespace {

// A range brings a function and a cast of its own along.
constexpr std::string_view kCasts = R"sql(
  SELECT c.oid, 0, 0, 'cast', NULL, x.name, '(' || x.name || ')', 0,
         nullif(c.castfunc, 0)::regprocedure::text, CASE WHEN c.castmethod = 'i' THEN 'true' END,
         CASE c.castcontext WHEN 'a' THEN 'assignment' WHEN 'i' THEN 'implicit' END
    FROM pg_cast c, LATERAL (SELECT format_type(c.castsource, NULL) || ' AS ' || format_type(c.casttarget, NULL) AS name) x
   WHERE c.oid >= 16384
     AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_cast'::regclass AND d.objid = c.oid AND d.deptype = 'i'))sql";
constexpr std::string_view kCastProperties[] = {"function", "inout", "context"};

// Those that only another's COMMUTATOR or NEGATOR names have no function.
constexpr std::string_view kOperators = R"sql(
  SELECT o.oid, 0, 0, 'operator', n.nspname, o.oprname, quote_ident(n.nspname) || '.' || o.oprname || ' ('
           || coalesce(format_type(nullif(o.oprleft, 0), NULL), 'NONE') || ', ' || format_type(o.oprright, NULL) || ')', 0,
         o.oprcode::text, format_type(nullif(o.oprleft, 0), NULL), format_type(o.oprright, NULL),
         (SELECT 'OPERATOR(' || quote_ident(m.nspname) || '.' || p.oprname || ')'
            FROM pg_operator p JOIN pg_namespace m ON m.oid = p.oprnamespace WHERE p.oid = o.oprcom),
         (SELECT 'OPERATOR(' || quote_ident(m.nspname) || '.' || p.oprname || ')'
            FROM pg_operator p JOIN pg_namespace m ON m.oid = p.oprnamespace WHERE p.oid = o.oprnegate),
         nullif(o.oprrest::oid, 0)::regproc::text, nullif(o.oprjoin::oid, 0)::regproc::text,
         CASE WHEN o.oprcanhash THEN 'true' END, CASE WHEN o.oprcanmerge THEN 'true' END, pg_get_userbyid(o.oprowner)
    FROM pg_operator o JOIN pg_namespace n ON n.oid = o.oprnamespace
   WHERE o.oid >= 16384 AND o.oprcode <> 0)sql";
constexpr std::string_view kOperatorProperties[] = {"function", "left", "right",  "commutator", "negator",
                                                    "restrict", "join", "hashes", "merges",     "owner"};

// The members of a family that no class of it holds; those of a class.
constexpr std::string_view kOperatorFamilies = R"sql(
  SELECT o.oid, 0, 0, 'operator family', n.nspname, o.opfname,
         quote_ident(n.nspname) || '.' || quote_ident(o.opfname) || ' USING ' || quote_ident(a.amname), 0,
         nullif(concat_ws(E'\n',
           (SELECT string_agg('OPERATOR ' || m.amopstrategy || ' ' || m.amopopr::regoperator
                     || coalesce(' FOR ORDER BY ' || (SELECT quote_ident(s.nspname) || '.' || quote_ident(f.opfname)
                          FROM pg_opfamily f JOIN pg_namespace s ON s.oid = f.opfnamespace WHERE f.oid = m.amopsortfamily), ''),
                   E'\n' ORDER BY m.amopstrategy, m.amopopr::regoperator::text COLLATE "C")
              FROM pg_depend d JOIN pg_amop m ON m.oid = d.objid
             WHERE d.classid = 'pg_amop'::regclass AND d.refclassid = 'pg_opfamily'::regclass AND d.refobjid = o.oid
               AND m.amopfamily = o.oid),
           (SELECT string_agg(format('FUNCTION %s (%s, %s) %s', m.amprocnum, format_type(m.amproclefttype, NULL),
                                     format_type(m.amprocrighttype, NULL), m.amproc::regprocedure),
                   E'\n' ORDER BY m.amprocnum, m.amproclefttype::regtype::text COLLATE "C", m.amprocrighttype::regtype::text COLLATE "C")
              FROM pg_depend d JOIN pg_amproc m ON m.oid = d.objid
             WHERE d.classid = 'pg_amproc'::regclass AND d.refclassid = 'pg_opfamily'::regclass AND d.refobjid = o.oid
               AND m.amprocfamily = o.oid)), ''),
         pg_get_userbyid(o.opfowner)
    FROM pg_opfamily o JOIN pg_namespace n ON n.oid = o.opfnamespace JOIN pg_am a ON a.oid = o.opfmethod
   WHERE o.oid >= 16384)sql";
constexpr std::string_view kOperatorFamilyProperties[] = {"members", "owner"};

constexpr std::string_view kOperatorClasses = R"sql(
  SELECT o.oid, 0, 0, 'operator class', n.nspname, o.opcname,
         quote_ident(n.nspname) || '.' || quote_ident(o.opcname) || ' USING ' || quote_ident(a.amname), 0,
         CASE WHEN o.opcdefault THEN 'true' END, format_type(o.opcintype, NULL), quote_ident(a.amname),
         (SELECT quote_ident(s.nspname) || '.' || quote_ident(f.opfname)
            FROM pg_opfamily f JOIN pg_namespace s ON s.oid = f.opfnamespace WHERE f.oid = o.opcfamily),
         format_type(nullif(o.opckeytype, 0), NULL),
         nullif(concat_ws(E'\n',
           (SELECT string_agg('OPERATOR ' || m.amopstrategy || ' ' || m.amopopr::regoperator
                     || coalesce(' FOR ORDER BY ' || (SELECT quote_ident(s.nspname) || '.' || quote_ident(f.opfname)
                          FROM pg_opfamily f JOIN pg_namespace s ON s.oid = f.opfnamespace WHERE f.oid = m.amopsortfamily), ''),
                   E'\n' ORDER BY m.amopstrategy, m.amopopr::regoperator::text COLLATE "C")
              FROM pg_depend d JOIN pg_amop m ON m.oid = d.objid
             WHERE d.classid = 'pg_amop'::regclass AND d.refclassid = 'pg_opclass'::regclass AND d.refobjid = o.oid),
           (SELECT string_agg(format('FUNCTION %s (%s, %s) %s', m.amprocnum, format_type(m.amproclefttype, NULL),
                                     format_type(m.amprocrighttype, NULL), m.amproc::regprocedure),
                   E'\n' ORDER BY m.amprocnum, m.amproclefttype::regtype::text COLLATE "C", m.amprocrighttype::regtype::text COLLATE "C")
              FROM pg_depend d JOIN pg_amproc m ON m.oid = d.objid
             WHERE d.classid = 'pg_amproc'::regclass AND d.refclassid = 'pg_opclass'::regclass AND d.refobjid = o.oid)), ''),
         pg_get_userbyid(o.opcowner)
    FROM pg_opclass o JOIN pg_namespace n ON n.oid = o.opcnamespace JOIN pg_am a ON a.oid = o.opcmethod
   WHERE o.oid >= 16384)sql";
constexpr std::string_view kOperatorClassProperties[] = {"default", "type",    "method", "family",
                                                         "storage", "members", "owner"};

constexpr CatalogQuery kQueries[] = {
    {CastRelationId, InvalidOid, true, false, kCasts, kCastProperties, CastOidIndexId},
    {OperatorRelationId, InvalidOid, true, false, kOperators, kOperatorProperties, OperatorOidIndexId},
    {OperatorFamilyRelationId, InvalidOid, true, false, kOperatorFamilies, kOperatorFamilyProperties,
     OpfamilyOidIndexId},
    {OperatorClassRelationId, InvalidOid, true, false, kOperatorClasses, kOperatorClassProperties,
     OpclassOidIndexId},
};

}  // namespace

std::span<const CatalogQuery> operator_queries() { return kQueries; }

}  // namespace whimbrel::pg
