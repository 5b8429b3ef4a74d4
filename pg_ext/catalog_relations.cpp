#include "pg_ext/catalog_queries.h"

namespace whimbrel::pg {

namespace {

// Kinds that a later server has are facts too, which nothing can write and which are named then.
//
// What initdb made has OIDs below 16384; the index on oid then finds the rest without reading the catalog
// whole.

constexpr std::string_view kRelations = R"sql(
  SELECT c.oid, 0, 0,
         CASE c.relkind WHEN 'f' THEN 'foreign table' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'r' THEN 'table'
                        WHEN 'p' THEN 'table' ELSE 'relation of kind ' || c.relkind::text END,
         n.nspname, c.relname, quote_ident(n.nspname) || '.' || quote_ident(c.relname),
         c.relfilenode,
         CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END,
         CASE WHEN c.relpersistence = 'u' THEN 'true' END,
         CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END,
         CASE WHEN c.relispartition THEN (SELECT i.inhparent::regclass::text FROM pg_inherits i WHERE i.inhrelid = c.oid) END,
         CASE WHEN c.relispartition THEN pg_get_expr(c.relpartbound, c.oid) END,
         CASE WHEN c.relkind IN ('r', 'f') AND NOT c.relispartition THEN (
           SELECT string_agg(i.inhparent::regclass::text, ', ' ORDER BY i.inhseqno) FROM pg_inherits i WHERE i.inhrelid = c.oid) END,
         CASE WHEN c.reloftype <> 0 THEN format_type(c.reloftype, NULL) END,
         CASE WHEN c.reloptions IS NOT NULL OR c.reltoastrelid <> 0 THEN (
           SELECT string_agg(o.prefix || quote_ident(split_part(o.text, '=', 1)) || '=' || quote_literal(substr(o.text, strpos(o.text, '=') + 1)),
                             ', ' ORDER BY o.prefix, o.place)
             FROM (SELECT '' AS prefix, u.* FROM unnest(c.reloptions) WITH ORDINALITY u (text, place)
                   UNION ALL
                   SELECT 'toast.', u.* FROM pg_class t CROSS JOIN unnest(t.reloptions) WITH ORDINALITY u (text, place)
                    WHERE t.oid = c.reltoastrelid) o) END,
         CASE WHEN c.relrowsecurity THEN 'true' END,
         CASE WHEN c.relforcerowsecurity THEN 'true' END,
         CASE WHEN c.relkind IN ('r', 'p', 'm') THEN CASE c.relreplident WHEN 'f' THEN 'full' WHEN 'n' THEN 'nothing' END END,
         CASE WHEN c.relam <> 0 AND c.relam <> 2 AND c.relkind IN ('r', 'm', 'p')
              THEN (SELECT quote_ident(a.amname) FROM pg_am a WHERE a.oid = c.relam) END,
         CASE WHEN c.reltablespace <> 0
              THEN (SELECT t.spcname FROM pg_tablespace t WHERE t.oid = c.reltablespace) END,
         CASE WHEN c.relkind = 'm' AND NOT c.relispopulated THEN 'true' END,
         CASE WHEN c.relkind = 'f' THEN (
           SELECT quote_ident(s.srvname) FROM pg_foreign_table f JOIN pg_foreign_server s ON s.oid = f.ftserver
            WHERE f.ftrelid = c.oid) END,
         CASE WHEN c.relkind = 'f' THEN (
           SELECT string_agg(quote_ident(o.option_name) || ' ' || quote_literal(o.option_value), ', ')
             FROM pg_foreign_table f CROSS JOIN pg_options_to_table(f.ftoptions) o WHERE f.ftrelid = c.oid) END,
         pg_get_userbyid(c.relowner)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE c.oid >= 16384 AND c.relkind NOT IN ('S', 'i', 'I', 'c', 't') AND n.nspname !~ '^pg_')sql";
constexpr std::string_view kRelationProperties[] = {
    "definition",       "unlogged",      "partition_by", "partition_of", "partition_bound",
    "inherits",         "of_type",       "options",      "row_security", "force_row_security",
    "replica_identity", "access_method", "tablespace",   "unpopulated",  "server",
    "server_options",   "owner"};

// The sequence of an identity column is a part of the column. What every new sequence has is left out.
constexpr std::string_view kSequences = R"sql(
  SELECT c.oid, 0, 0, 'sequence', n.nspname, c.relname, quote_ident(n.nspname) || '.' || quote_ident(c.relname),
         0,
         CASE WHEN c.relpersistence = 'u' THEN 'true' END,
         CASE WHEN s.seqtypid <> 20 THEN format_type(s.seqtypid, NULL) END,
         CASE WHEN s.seqstart <> CASE WHEN s.seqincrement > 0 THEN s.seqmin ELSE s.seqmax END THEN s.seqstart END,
         CASE WHEN s.seqincrement <> 1 THEN s.seqincrement END,
         CASE WHEN s.seqmin <> CASE WHEN s.seqincrement > 0 THEN 1 ELSE l.low END THEN s.seqmin END,
         CASE WHEN s.seqmax <> CASE WHEN s.seqincrement > 0 THEN l.high ELSE -1 END THEN s.seqmax END,
         CASE WHEN s.seqcache <> 1 THEN s.seqcache END,
         CASE WHEN s.seqcycle THEN 'true' END,
         d.refobjid::regclass::text || '.' || quote_ident(a.attname),
         pg_get_userbyid(c.relowner)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_sequence s ON s.seqrelid = c.oid
    JOIN (VALUES (20::oid, (-9223372036854775808)::bigint, 9223372036854775807), (23, -2147483648, 2147483647), (21, -32768, 32767))
      AS l (type, low, high) ON l.type = s.seqtypid
    LEFT JOIN (pg_depend d JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid)
      ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.objsubid = 0
         AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
   WHERE c.oid >= 16384 AND c.relkind = 'S' AND n.nspname !~ '^pg_' AND d.deptype IS DISTINCT FROM 'i')sql";
constexpr std::string_view kSequenceProperties[] = {"unlogged", "type",  "start", "increment", "minimum",
                                                    "maximum",  "cache", "cycle", "owned_by",  "owner"};

// `inherited`: of a table that inherits, not declared by itself as well. A default is read without its table,
// which costs a tenth: it has no columns in it.
constexpr std::string_view kColumns = R"sql(
  SELECT a.attrelid, a.attnum, a.attrelid, 'column', NULL, a.attname, quote_ident(a.attname), 0,
         format_type(a.atttypid, a.atttypmod),
         CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::regcollation::text END,
         CASE WHEN a.attnotnull THEN 'true' END,
         CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, 0) END,
         CASE WHEN a.attgenerated <> '' THEN pg_get_expr(d.adbin, d.adrelid) END,
         CASE a.attgenerated WHEN 's' THEN 'stored' WHEN 'v' THEN 'virtual' END,
         CASE a.attidentity WHEN 'a' THEN 'always' WHEN 'd' THEN 'by default' END,
         CASE WHEN a.attidentity <> '' THEN (
           SELECT g.objid::regclass::text FROM pg_depend g JOIN pg_class s ON s.oid = g.objid AND s.relkind = 'S'
            WHERE g.classid = 'pg_class'::regclass AND g.refclassid = 'pg_class'::regclass AND g.deptype = 'i'
              AND g.refobjid = a.attrelid AND g.refobjsubid = a.attnum) END,
         CASE WHEN a.attidentity <> '' THEN (
           SELECT nullif(concat_ws(' ',
                    CASE WHEN s.seqincrement <> 1 THEN 'INCREMENT BY ' || s.seqincrement END,
                    CASE WHEN s.seqmin <> CASE WHEN s.seqincrement > 0 THEN 1 ELSE l.low END THEN 'MINVALUE ' || s.seqmin END,
                    CASE WHEN s.seqmax <> CASE WHEN s.seqincrement > 0 THEN l.high ELSE -1 END THEN 'MAXVALUE ' || s.seqmax END,
                    CASE WHEN s.seqstart <> CASE WHEN s.seqincrement > 0 THEN s.seqmin ELSE s.seqmax END THEN 'START WITH ' || s.seqstart END,
                    CASE WHEN s.seqcache <> 1 THEN 'CACHE ' || s.seqcache END,
                    CASE WHEN s.seqcycle THEN 'CYCLE' END), '')
             FROM pg_depend g JOIN pg_sequence s ON s.seqrelid = g.objid
             JOIN (VALUES (20::oid, (-9223372036854775808)::bigint, 9223372036854775807), (23, -2147483648, 2147483647), (21, -32768, 32767))
               AS l (type, low, high) ON l.type = s.seqtypid
            WHERE g.classid = 'pg_class'::regclass AND g.refclassid = 'pg_class'::regclass AND g.deptype = 'i'
              AND g.refobjid = a.attrelid AND g.refobjsubid = a.attnum) END,
         CASE WHEN a.attidentity <> '' THEN (
           SELECT CASE s.relpersistence WHEN 'u' THEN 'unlogged' ELSE 'logged' END
             FROM pg_depend g JOIN pg_class s ON s.oid = g.objid AND s.relkind = 'S' AND s.relpersistence <> c.relpersistence
            WHERE g.classid = 'pg_class'::regclass AND g.refclassid = 'pg_class'::regclass AND g.deptype = 'i'
              AND g.refobjid = a.attrelid AND g.refobjsubid = a.attnum) END,
         CASE WHEN a.attstorage <> t.typstorage AND c.relkind <> 'v'
              THEN CASE a.attstorage WHEN 'p' THEN 'plain' WHEN 'e' THEN 'external' WHEN 'm' THEN 'main' ELSE 'extended' END END,
         CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END,
         CASE WHEN a.attstattarget >= 0 THEN a.attstattarget END,
         CASE WHEN a.attoptions::text LIKE '%n\_distinct%' THEN (
           SELECT string_agg(quote_ident(split_part(o.text, '=', 1)) || '=' || quote_literal(substr(o.text, strpos(o.text, '=') + 1)),
                             ', ' ORDER BY o.place)
             FROM unnest(a.attoptions) WITH ORDINALITY o (text, place) WHERE o.text LIKE 'n\_distinct%') END,
         CASE WHEN a.attfdwoptions IS NOT NULL THEN (
           SELECT string_agg(quote_ident(o.option_name) || ' ' || quote_literal(o.option_value), ', ')
             FROM pg_options_to_table(a.attfdwoptions) o) END,
         CASE WHEN NOT a.attislocal THEN 'true' END
    FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid JOIN pg_class c ON c.oid = a.attrelid
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
   WHERE a.attrelid >= 16384 AND a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'f', 'v', 'm')
   ORDER BY a.attrelid, a.attnum)sql";
constexpr std::string_view kColumnProperties[] = {
    "type",       "collation",   "not_null",   "default",          "generated",
    "generation", "identity",    "sequence",   "sequence_options", "sequence_persistence",
    "storage",    "compression", "statistics", "options",          "server_options",
    "inherited"};

constexpr CatalogQuery kQueries[] = {
    {RelationRelationId, InvalidOid, true, false, kSequences, kSequenceProperties},
    {RelationRelationId, InvalidOid, true, false, kRelations, kRelationProperties},
    {RelationRelationId, RelationRelationId, false, true, kColumns, kColumnProperties},
};

}  // namespace

std::span<const CatalogQuery> relation_queries() { return kQueries; }

}  // namespace whimbrel::pg
