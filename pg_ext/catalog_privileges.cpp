#include "pg_ext/catalog_queries.h"

namespace whimbrel::pg {

namespace {

constexpr std::string_view kDefaultPrivileges = R"sql(
  SELECT d.oid, 0, 0, 'default privileges', n.nspname, x.objects,
         'FOR ROLE ' || quote_ident(pg_get_userbyid(d.defaclrole)) || coalesce(' IN SCHEMA ' || quote_ident(n.nspname), '') || ' ON ' || x.objects, 0,
         pg_get_userbyid(d.defaclrole), x.objects
    FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace,
         LATERAL (SELECT CASE d.defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'FUNCTIONS'
                                              WHEN 'T' THEN 'TYPES' WHEN 'n' THEN 'SCHEMAS' ELSE 'LARGE OBJECTS' END AS objects) x)sql";
constexpr std::string_view kDefaultPrivilegeProperties[] = {"role", "objects"};

// Of objects that the system or an extension made, where they are not what these gave them.
constexpr std::string_view kOfOthers = R"sql(
    UNION ALL
    SELECT o.class, o.oid, o.sub, NULL, o.owner, o.acl, coalesce(i.initprivs, CASE WHEN o.sub = 0 THEN acldefault(o.kind::"char", o.owner) END), true
      FROM (SELECT 'pg_class'::regclass::oid, c.oid, 0, CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END, c.relowner, c.relacl FROM pg_class c
            UNION ALL SELECT 'pg_class'::regclass, a.attrelid, a.attnum, NULL, c.relowner, a.attacl
                        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE a.attacl IS NOT NULL
            UNION ALL SELECT 'pg_proc'::regclass, p.oid, 0, 'f', p.proowner, p.proacl FROM pg_proc p
            UNION ALL SELECT 'pg_type'::regclass, t.oid, 0, 'T', t.typowner, t.typacl FROM pg_type t
            UNION ALL SELECT 'pg_namespace'::regclass, n.oid, 0, 'n', n.nspowner, n.nspacl FROM pg_namespace n
                       WHERE n.nspname <> 'public' AND n.nspname !~ '^pg_(temp|toast)'
            UNION ALL SELECT 'pg_language'::regclass, l.oid, 0, 'l', l.lanowner, l.lanacl FROM pg_language l
            UNION ALL SELECT 'pg_foreign_data_wrapper'::regclass, w.oid, 0, 'F', w.fdwowner, w.fdwacl FROM pg_foreign_data_wrapper w
            UNION ALL SELECT 'pg_foreign_server'::regclass, s.oid, 0, 'S', s.srvowner, s.srvacl FROM pg_foreign_server s
           ) o (class, oid, sub, kind, owner, acl)
      LEFT JOIN pg_init_privs i ON i.classoid = o.class AND i.objoid = o.oid AND i.objsubid = o.sub
     WHERE o.acl IS NOT NULL AND o.acl IS DISTINCT FROM i.initprivs
       AND (o.oid < 16384 OR EXISTS (SELECT FROM pg_depend e WHERE e.classid = o.class AND e.objid = o.oid AND e.objsubid = 0 AND e.deptype = 'e')))sql";

constexpr CatalogQuery kQueries[] = {
    {DefaultAclRelationId, InvalidOid, true, false, kDefaultPrivileges, kDefaultPrivilegeProperties,
     DefaultAclOidIndexId},
};

}  // namespace

std::span<const CatalogQuery> default_privilege_queries() { return kQueries; }

// What the lists of privileges of existing and of new objects do not have in common. An item is what one role
// has from one other; items come in the order in which they were granted. Schema public has its own default,
// in which another owner takes the place of the first.
std::string privilege_query(bool external) {
  std::string sql = R"sql(
  WITH lists (class, oid, sub, sequence, owner, now, new, external) AS (
    SELECT 'pg_namespace'::regclass::oid, n.oid, 0, NULL, n.nspowner, n.nspacl,
           coalesce((SELECT array_agg(makeaclitem(CASE e.grantee WHEN e.grantor THEN n.nspowner ELSE e.grantee END, n.nspowner, e.privilege_type, e.is_grantable))
                       FROM aclexplode(i.initprivs) e), acldefault('n', n.nspowner)), false
      FROM pg_namespace n
      LEFT JOIN pg_init_privs i ON i.classoid = 'pg_namespace'::regclass AND i.objoid = n.oid AND i.objsubid = 0 AND i.privtype = 'i'
     WHERE n.nspacl IS NOT NULL AND (n.oid >= 16384 OR n.nspname = 'public')
    UNION ALL
    SELECT 'pg_class'::regclass, coalesce(d.refobjid, c.oid), coalesce(d.refobjsubid, 0), CASE WHEN d.objid IS NOT NULL THEN c.oid::regclass::text END,
           c.relowner, c.relacl, acldefault(CASE c.relkind WHEN 'S' THEN 's'::"char" ELSE 'r'::"char" END, c.relowner), false
      FROM pg_class c
      LEFT JOIN pg_depend d ON c.relkind = 'S' AND d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'i'
     WHERE c.oid >= 16384 AND c.relacl IS NOT NULL
    UNION ALL
    SELECT 'pg_class'::regclass, a.attrelid, a.attnum, NULL, c.relowner, a.attacl, NULL, false
      FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
     WHERE a.attrelid >= 16384 AND a.attacl IS NOT NULL AND NOT a.attisdropped
    UNION ALL
    SELECT 'pg_proc'::regclass, p.oid, 0, NULL, p.proowner, p.proacl, acldefault('f', p.proowner), false
      FROM pg_proc p WHERE p.oid >= 16384 AND p.proacl IS NOT NULL
    UNION ALL
    SELECT 'pg_type'::regclass, t.oid, 0, NULL, t.typowner, t.typacl, acldefault('T', t.typowner), false
      FROM pg_type t WHERE t.oid >= 16384 AND t.typacl IS NOT NULL
    UNION ALL
    SELECT 'pg_language'::regclass, l.oid, 0, NULL, l.lanowner, l.lanacl, acldefault('l', l.lanowner), false
      FROM pg_language l WHERE l.oid >= 16384 AND l.lanacl IS NOT NULL
    UNION ALL
    SELECT 'pg_foreign_data_wrapper'::regclass, w.oid, 0, NULL, w.fdwowner, w.fdwacl, acldefault('F', w.fdwowner), false
      FROM pg_foreign_data_wrapper w WHERE w.oid >= 16384 AND w.fdwacl IS NOT NULL
    UNION ALL
    SELECT 'pg_foreign_server'::regclass, s.oid, 0, NULL, s.srvowner, s.srvacl, acldefault('S', s.srvowner), false
      FROM pg_foreign_server s WHERE s.srvacl IS NOT NULL
    UNION ALL
    SELECT 'pg_default_acl'::regclass, d.oid, 0, NULL, d.defaclrole, d.defaclacl,
           CASE d.defaclnamespace WHEN 0 THEN acldefault(CASE d.defaclobjtype WHEN 'S' THEN 's'::"char" ELSE d.defaclobjtype END, d.defaclrole) END, false
      FROM pg_default_acl d)sql";
  if (external) sql += kOfOthers;
  return sql += R"sql(
  ), items AS (
    SELECT l.external, l.class, l.oid, l.sub, coalesce(l.sequence, '') AS sequence, l.owner, e.grantor, e.grantee, l.old, min(e.place) AS place,
           string_agg(e.privilege, ', ' ORDER BY e.place) FILTER (WHERE NOT e.grantable) AS privileges,
           string_agg(e.privilege, ', ' ORDER BY e.place) FILTER (WHERE e.grantable) AS grantable
      FROM (SELECT external, class, oid, sub, sequence, owner, false AS old, now AS list FROM lists
            UNION ALL SELECT external, class, oid, sub, sequence, owner, true, new FROM lists) l,
           LATERAL aclexplode(l.list) WITH ORDINALITY e (grantor, grantee, privilege, grantable, place)
     GROUP BY l.external, l.class, l.oid, l.sub, l.sequence, l.owner, e.grantor, e.grantee, l.old
  )
  SELECT class, oid, sub, CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END,
         CASE WHEN grantor <> owner THEN quote_ident(pg_get_userbyid(grantor)) END,
         CASE WHEN o.old THEN 'true' END, CASE WHEN grantee = owner THEN 'true' END, nullif(sequence, ''), n.privileges, n.grantable,
         replace(x.type, '-', ' '), x.schema, x.name, x.identity,
         CASE WHEN x.type IS NOT NULL AND sub <> 0 THEN (SELECT quote_ident(a.attname) FROM pg_attribute a WHERE a.attrelid = oid AND a.attnum = sub) END
    FROM (SELECT * FROM items WHERE NOT old) n
    FULL JOIN (SELECT * FROM items WHERE old) o
      USING (external, class, oid, sub, sequence, owner, grantor, grantee)
    LEFT JOIN LATERAL pg_identify_object(class, oid, 0) x ON external
   WHERE n.privileges IS DISTINCT FROM o.privileges OR n.grantable IS DISTINCT FROM o.grantable
   ORDER BY class, oid, sub, sequence, n.place)sql";
}

}  // namespace whimbrel::pg
