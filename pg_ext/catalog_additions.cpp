// What somebody put on a table of an extension. No catalog says whose it is: the extension's own parts were
// made by the transactions that made or updated the extension. Whimbrel's own tables are left out.
#include "pg_ext/catalog_queries.h"

namespace whimbrel::pg {

namespace {

constexpr std::string_view kAdditions = R"sql(
  WITH members AS MATERIALIZED (
    SELECT d.objid AS relation, x.oid AS extension, x.extname
      FROM pg_depend d JOIN pg_extension x ON x.oid = d.refobjid
     WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e'
       AND x.extname <> 'whimbrel'),
  parts AS (
    SELECT 'pg_class'::regclass AS class, i.indexrelid AS oid, 'index' AS kind, c.relname AS name, i.indrelid AS relation
      FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
     WHERE i.indrelid IN (SELECT relation FROM members)
       AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
    UNION ALL
    SELECT 'pg_constraint'::regclass, k.oid, 'constraint', k.conname, k.conrelid
      FROM pg_constraint k WHERE k.conrelid IN (SELECT relation FROM members)
    UNION ALL
    SELECT 'pg_trigger'::regclass, t.oid, 'trigger', t.tgname, t.tgrelid
      FROM pg_trigger t WHERE NOT t.tgisinternal AND t.tgrelid IN (SELECT relation FROM members)
    UNION ALL
    SELECT 'pg_policy'::regclass, p.oid, 'policy', p.polname, p.polrelid
      FROM pg_policy p WHERE p.polrelid IN (SELECT relation FROM members)
    UNION ALL
    SELECT 'pg_rewrite'::regclass, r.oid, 'rule', r.rulename, r.ev_class
      FROM pg_rewrite r WHERE r.rulename <> '_RETURN' AND r.ev_class IN (SELECT relation FROM members))
  SELECT p.oid, 0, 0::oid, 'addition', n.nspname, p.name,
         p.kind || ' ' || quote_ident(p.name) || ' on ' || p.relation::regclass, 0, m.extname
    FROM parts p
    JOIN members m ON m.relation = p.relation
    JOIN pg_class c ON c.oid = p.relation
    JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE EXISTS (SELECT FROM pg_depend d WHERE d.classid = p.class AND d.objid = p.oid)
     AND NOT EXISTS (
       SELECT FROM pg_depend d
        WHERE d.classid = p.class AND d.objid = p.oid
          AND (d.xmin::text IN (SELECT e.xmin::text FROM pg_depend e
                                 WHERE e.refclassid = 'pg_extension'::regclass AND e.refobjid = m.extension AND e.deptype = 'e')
               OR d.xmin::text = (SELECT x.xmin::text FROM pg_extension x WHERE x.oid = m.extension)))
   ORDER BY p.class, p.oid)sql";
constexpr std::string_view kAdditionProperties[] = {"extension"};

// Under addresses of their own: no catalog says that anything depends on a row of pg_inherits.
constexpr CatalogQuery kQueries[] = {
    {InheritsRelationId, InheritsRelationId, true, false, kAdditions, kAdditionProperties}};

}  // namespace

std::span<const CatalogQuery> addition_queries() { return kQueries; }

}  // namespace whimbrel::pg
