#include "pg_ext/catalog_queries.h"

namespace whimbrel::pg {

namespace {

// `inherited`: by a partition or a child, and not declared by itself as well. What no parent has but as NOT
// VALID, and the child validated, is the child's: as NOT VALID it would come back. The properties of the
// index of a constraint are the constraint's.
constexpr std::string_view kTableConstraints = R"sql(
  SELECT k.oid, 0, k.conrelid, CASE WHEN k.contype IN ('c', 'f', 'p', 'u', 'x', 'n') THEN 'constraint' ELSE 'constraint of kind ' || k.contype::text END, NULL, k.conname, quote_ident(k.conname), 0,
         CASE k.contype WHEN 'c' THEN 'check' WHEN 'f' THEN 'foreign key' WHEN 'p' THEN 'primary key' WHEN 'u' THEN 'unique'
                        WHEN 'n' THEN 'not null' ELSE 'exclusion' END,
         pg_get_constraintdef(k.oid),
         CASE WHEN k.contype = 'f' AND k.conparentid <> 0 OR k.contype = 'c' AND NOT k.conislocal
                OR k.contype = 'n' AND NOT k.conislocal AND NOT (k.convalidated AND NOT EXISTS (
                     SELECT FROM pg_inherits h
                       JOIN pg_constraint p ON p.conrelid = h.inhparent AND p.contype = 'n' AND p.convalidated
                       JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
                       JOIN pg_attribute b ON b.attrelid = p.conrelid AND b.attnum = p.conkey[1] AND b.attname = a.attname
                      WHERE h.inhrelid = k.conrelid))
              THEN 'true' END,
         CASE WHEN x.reloptions IS NOT NULL THEN (
           SELECT string_agg(quote_ident(split_part(o.text, '=', 1)) || '=' || quote_literal(substr(o.text, strpos(o.text, '=') + 1)),
                             ', ' ORDER BY o.place)
             FROM unnest(x.reloptions) WITH ORDINALITY o (text, place)) END,
         CASE WHEN i.indisclustered THEN 'true' END,
         CASE WHEN i.indisreplident THEN 'true' END,
         CASE WHEN x.relispartition THEN (SELECT h.inhparent::regclass::text FROM pg_inherits h WHERE h.inhrelid = x.oid) END,
         (SELECT d.description FROM pg_description d
           WHERE d.classoid = 'pg_class'::regclass AND d.objoid = x.oid AND d.objsubid = 0),
         CASE WHEN x.reltablespace <> 0 THEN (SELECT t.spcname FROM pg_tablespace t WHERE t.oid = x.reltablespace) END
    FROM pg_constraint k
    LEFT JOIN pg_index i ON i.indexrelid = k.conindid AND k.contype IN ('p', 'u', 'x')
    LEFT JOIN pg_class x ON x.oid = i.indexrelid
   WHERE k.conrelid >= 16384 AND k.contype <> 't')sql";
constexpr std::string_view kTableConstraintProperties[] = {"type",        "definition",    "inherited",
                                                           "options",     "clustered",     "replica_identity",
                                                           "attached_to", "index_comment", "tablespace"};

// The server's own function looks everything up again for each index. What is plain, as nearly all are, is
// put together here, a sixth of the time of the whole export; test_export_schema_options.py holds it against
// the server's. 403 is btree, 25 text, 1043 varchar. NOT IN is hashed whatever the server estimates: of rows
// of the catalog that the same transaction has written it knows nothing, and a NOT EXISTS would go through
// all constraints for each index.
constexpr std::string_view kIndexes = R"sql(
  WITH classes AS (  -- of btree, with the type that each is the usual one of
    SELECT o.oid::int8 << 32 | o.opcintype::int8 AS usual FROM pg_opclass o WHERE o.opcmethod = 403 AND o.opcdefault AND o.oid < 16384
    UNION ALL
    SELECT o.oid::int8 << 32 | 1043 FROM pg_opclass o
     WHERE o.opcmethod = 403 AND o.opcdefault AND o.opcintype = 25
       AND NOT EXISTS (SELECT FROM pg_opclass v WHERE v.opcmethod = 403 AND v.opcintype = 1043 AND v.opcdefault)
  )
  SELECT c.oid, 0, i.indrelid, 'index', n.nspname, c.relname, quote_ident(n.nspname) || '.' || quote_ident(c.relname), 0,
         CASE WHEN x.plain
              THEN coalesce(CASE WHEN i.indisunique THEN 'CREATE UNIQUE INDEX ' ELSE 'CREATE INDEX ' END || quote_ident(c.relname)
                || CASE c.relkind WHEN 'I' THEN ' ON ONLY ' ELSE ' ON ' END || quote_ident(m.nspname) || '.' || quote_ident(t.relname)
                || ' USING btree (' || (SELECT quote_ident(a.attname) || CASE i.indoption[0] & 3 WHEN 0 THEN '' WHEN 1 THEN ' DESC NULLS LAST' WHEN 2 THEN ' NULLS FIRST' ELSE ' DESC' END
                      FROM pg_attribute a
                     WHERE a.attrelid = i.indrelid AND a.attnum = i.indkey[0] AND a.attcollation = i.indcollation[0]
                       AND i.indclass[0]::int8 << 32 | a.atttypid::int8 = ANY (ARRAY(SELECT usual FROM classes)))
                || CASE WHEN i.indnatts = 1 THEN '' ELSE ', ' || (SELECT quote_ident(a.attname) || CASE i.indoption[1] & 3 WHEN 0 THEN '' WHEN 1 THEN ' DESC NULLS LAST' WHEN 2 THEN ' NULLS FIRST' ELSE ' DESC' END
                      FROM pg_attribute a
                     WHERE a.attrelid = i.indrelid AND a.attnum = i.indkey[1] AND a.attcollation = i.indcollation[1]
                       AND i.indclass[1]::int8 << 32 | a.atttypid::int8 = ANY (ARRAY(SELECT usual FROM classes))) END
                || CASE WHEN i.indnatts < 3 THEN '' ELSE ', ' || (SELECT quote_ident(a.attname) || CASE i.indoption[2] & 3 WHEN 0 THEN '' WHEN 1 THEN ' DESC NULLS LAST' WHEN 2 THEN ' NULLS FIRST' ELSE ' DESC' END
                      FROM pg_attribute a
                     WHERE a.attrelid = i.indrelid AND a.attnum = i.indkey[2] AND a.attcollation = i.indcollation[2]
                       AND i.indclass[2]::int8 << 32 | a.atttypid::int8 = ANY (ARRAY(SELECT usual FROM classes))) END || ')', pg_get_indexdef(c.oid))
              ELSE pg_get_indexdef(c.oid) END,
         CASE WHEN NOT i.indisvalid THEN 'true' END,
         CASE WHEN i.indisclustered THEN 'true' END,
         CASE WHEN i.indisreplident THEN 'true' END,
         CASE WHEN c.relispartition THEN (SELECT h.inhparent::regclass::text FROM pg_inherits h WHERE h.inhrelid = c.oid) END,
         CASE WHEN i.indexprs IS NOT NULL THEN (
           SELECT string_agg(a.attnum || ' ' || a.attstattarget, ', ' ORDER BY a.attnum)
             FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attstattarget >= 0) END,
         CASE WHEN c.reltablespace <> 0 THEN (SELECT t.spcname FROM pg_tablespace t WHERE t.oid = c.reltablespace) END
    FROM pg_class c JOIN pg_index i ON i.indexrelid = c.oid JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_class t ON t.oid = i.indrelid JOIN pg_namespace m ON m.oid = t.relnamespace
    CROSS JOIN LATERAL (
      SELECT c.relam = 403 AND i.indexprs IS NULL AND i.indpred IS NULL AND c.reloptions IS NULL AND i.indnatts <= 3
             AND i.indnkeyatts = i.indnatts AND NOT i.indnullsnotdistinct AS plain) x
   WHERE c.oid >= 16384 AND c.relkind IN ('i', 'I') AND n.nspname !~ '^pg_'
     AND c.oid NOT IN (SELECT k.conindid FROM pg_constraint k WHERE k.contype IN ('p', 'u', 'x')))sql";
constexpr std::string_view kIndexProperties[] = {"definition",  "invalid",    "clustered", "replica_identity",
                                                 "attached_to", "statistics", "tablespace"};

constexpr std::string_view kStatistics = R"sql(
  SELECT s.oid, 0, s.stxrelid, 'statistics', n.nspname, s.stxname, quote_ident(n.nspname) || '.' || quote_ident(s.stxname), 0,
         pg_get_statisticsobjdef(s.oid), CASE WHEN s.stxstattarget >= 0 THEN s.stxstattarget END, pg_get_userbyid(s.stxowner)
    FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace)sql";
constexpr std::string_view kStatisticsProperties[] = {"definition", "target", "owner"};

constexpr CatalogQuery kQueries[] = {
    {ConstraintRelationId, RelationRelationId, false, true, kTableConstraints, kTableConstraintProperties},
    {RelationRelationId, RelationRelationId, true, false, kIndexes, kIndexProperties},
    {StatisticExtRelationId, RelationRelationId, true, false, kStatistics, kStatisticsProperties,
     StatisticExtOidIndexId},
};

}  // namespace

std::span<const CatalogQuery> constraint_queries() { return kQueries; }

}  // namespace whimbrel::pg
