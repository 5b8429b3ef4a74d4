// The queries of the frame around a load. $1: the OIDs of the loaded tables, in order, as text of oid[]. Run
// with search_path = pg_catalog, so that every name in a definition has its schema.
#pragma once

#include <string_view>

namespace whimbrel::pg {

// Behind it: `member`, the loaded tables and their partitions (oid), with the place and oid of the loaded
// table.
inline constexpr std::string_view kMembers = R"sql(
  WITH loaded AS (SELECT u.oid, u.place FROM unnest($1::oid[]) WITH ORDINALITY AS u (oid, place)),
       member AS (SELECT oid, oid AS root, place, 0 AS level FROM loaded
                  UNION SELECT p.relid, l.oid, l.place, p.level FROM loaded l, pg_partition_tree(l.oid) p
                         WHERE p.relid <> l.oid)
)sql";

// schema, table
inline constexpr std::string_view kForcedRowSecurity = R"sql(
  SELECT n.nspname, c.relname
    FROM loaded l JOIN pg_class c ON c.oid = l.oid JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relforcerowsecurity
   ORDER BY l.place)sql";

// schema, table, trigger, state, whether partitions hang on it. $2: which events, as bits of tgtype.
inline constexpr std::string_view kTriggers = R"sql(
  SELECT n.nspname, c.relname, t.tgname, t.tgenabled::text, c.relkind = 'p'
    FROM member m JOIN pg_trigger t ON t.tgrelid = m.oid
    JOIN pg_class c ON c.oid = m.oid JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE NOT t.tgisinternal AND t.tgenabled <> 'D' AND t.tgtype & $2::int4 <> 0
   ORDER BY m.place, m.level, n.nspname COLLATE "C", c.relname COLLATE "C", t.tgname COLLATE "C")sql";

// schema, table, rule, state
inline constexpr std::string_view kRules = R"sql(
  SELECT n.nspname, c.relname, r.rulename, r.ev_enabled::text
    FROM loaded l JOIN pg_rewrite r ON r.ev_class = l.oid
    JOIN pg_class c ON c.oid = l.oid JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE r.ev_type = '3' AND r.ev_enabled <> 'D'
   ORDER BY l.place, r.rulename COLLATE "C")sql";

// schema, table, constraint, whether it is deferrable. Foreign keys that rows of
// this load may break for a while. $2: the tables that stand in circles. (Since PostgreSQL 18 a key may be
// there without being enforced.)
inline constexpr std::string_view kCircularKeys = R"sql(
  SELECT n.nspname, c.relname, k.conname, k.condeferrable
    FROM pg_constraint k
    JOIN member m ON m.oid = k.conrelid JOIN member p ON p.oid = k.confrelid
    JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE k.contype = 'f' AND k.conparentid = 0 AND k.convalidated AND NOT k.condeferred
     AND coalesce((to_jsonb(k)->>'conenforced')::bool, true)
     AND (m.root = p.root OR m.root = ANY ($2::oid[]) AND p.root = ANY ($2::oid[]))
   ORDER BY m.place, n.nspname COLLATE "C", c.relname COLLATE "C", k.conname COLLATE "C")sql";

// schema, table, constraint, definition, comment. What rows that are there need not satisfy, but new ones do.
inline constexpr std::string_view kUnchecked = R"sql(
  SELECT n.nspname, c.relname, k.conname, pg_get_constraintdef(k.oid), obj_description(k.oid, 'pg_constraint')
    FROM pg_constraint k
    JOIN member m ON m.oid = k.conrelid
    JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE NOT k.convalidated AND k.conparentid = 0 AND (k.coninhcount = 0 OR k.conislocal)
     AND coalesce((to_jsonb(k)->>'conenforced')::bool, true)
   ORDER BY k.coninhcount, m.place, m.level, n.nspname COLLATE "C", c.relname COLLATE "C",
            k.conname COLLATE "C")sql";

// The same of domains.
inline constexpr std::string_view kUncheckedDomains = R"sql(
  SELECT DISTINCT n.nspname, t.typname, k.conname, pg_get_constraintdef(k.oid),
         obj_description(k.oid, 'pg_constraint')
    FROM pg_constraint k
    JOIN pg_type t ON t.oid = k.contypid JOIN pg_namespace n ON n.oid = t.typnamespace
    JOIN pg_attribute a ON a.atttypid IN (t.oid, t.typarray) AND a.attnum > 0 AND NOT a.attisdropped
    JOIN member m ON m.oid = a.attrelid
   WHERE NOT k.convalidated
   ORDER BY n.nspname, t.typname, k.conname)sql";

// schema, sequence, OID of the loaded table that owns it, whether any table or extension owns it. Sequences
// of extensions only where their positions are the user's.
inline constexpr std::string_view kSequences = R"sql(
  SELECT n.nspname, c.relname, own.root, own.is_owned
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    CROSS JOIN LATERAL (
      SELECT max(m.root) AS root, coalesce(bool_or(true), false) AS is_owned
        FROM pg_depend d LEFT JOIN member m ON m.oid = d.refobjid
       WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.refclassid = 'pg_class'::regclass
         AND d.deptype IN ('a', 'i') AND d.refobjsubid <> 0) own
   WHERE c.relkind = 'S' AND c.relpersistence <> 't' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
     AND NOT EXISTS (SELECT FROM pg_depend d JOIN pg_extension x ON x.oid = d.refobjid
                      WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
                        AND d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e'
                        AND (x.extname = 'whimbrel' OR c.oid <> ALL (coalesce(x.extconfig, '{}'))))
   ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C")sql";

// schema, view. Those that hold rows, each behind the ones that it reads, itself or through views and
// functions (of which only those with a body that the catalog knows). The bound ends what goes in a circle.
inline constexpr std::string_view kFilledViews = R"sql(
  WITH RECURSIVE
    reads AS MATERIALIZED (
      SELECT 'pg_class'::regclass AS class, r.ev_class AS reader, d.refclassid AS source_class, d.refobjid AS source
        FROM pg_depend d JOIN pg_rewrite r ON r.oid = d.objid
       WHERE d.classid = 'pg_rewrite'::regclass AND d.refclassid IN ('pg_class'::regclass, 'pg_proc'::regclass)
         AND NOT (d.refclassid = 'pg_class'::regclass AND d.refobjid = r.ev_class)
      UNION
      SELECT d.classid, d.objid, d.refclassid, d.refobjid
        FROM pg_depend d
       WHERE d.classid = 'pg_proc'::regclass AND d.refclassid IN ('pg_class'::regclass, 'pg_proc'::regclass)
         AND NOT (d.refclassid = d.classid AND d.refobjid = d.objid)),
    bound AS MATERIALIZED (SELECT count(DISTINCT (class, reader)) AS level FROM reads),
    step AS (SELECT 'pg_class'::regclass::oid AS class, c.oid AS reader, 0 AS level FROM pg_class c WHERE c.relkind = 'm'
             UNION
             SELECT reads.class::oid, reads.reader, step.level + 1
               FROM step JOIN reads ON reads.source_class = step.class AND reads.source = step.reader
              WHERE step.level < (SELECT level FROM bound)),
    depth AS (SELECT reader, max(level) AS level FROM step WHERE class = 'pg_class'::regclass GROUP BY reader)
  SELECT n.nspname, c.relname
    FROM depth JOIN pg_class c ON c.oid = depth.reader JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relkind = 'm' AND c.relispopulated
     AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
                        AND d.deptype = 'e')
   ORDER BY depth.level, n.nspname COLLATE "C", c.relname COLLATE "C")sql";

// schema, table, whether its partitions too. What takes the rows away: of a table with partitions on other
// servers only those that are here.
inline constexpr std::string_view kEmptied = R"sql(
  SELECT n.nspname, c.relname, c.relkind = 'p'
    FROM loaded l
    JOIN pg_class root ON root.oid = l.oid
    CROSS JOIN LATERAL (
      SELECT root.relkind = 'p' AND EXISTS (
        SELECT FROM pg_partition_tree(root.oid) p JOIN pg_class m ON m.oid = p.relid WHERE m.relkind = 'f')) f (elsewhere)
    CROSS JOIN LATERAL (
      SELECT root.oid WHERE NOT f.elsewhere
      UNION ALL
      SELECT p.relid FROM pg_partition_tree(root.oid) p JOIN pg_class m ON m.oid = p.relid
       WHERE f.elsewhere AND m.relkind = 'r') emptied (oid)
    JOIN pg_class c ON c.oid = emptied.oid
    JOIN pg_namespace n ON n.oid = c.relnamespace
   ORDER BY l.place, n.nspname COLLATE "C", c.relname COLLATE "C")sql";

// schema, table. What ANALYZE would also read on other servers.
inline constexpr std::string_view kWithForeignMembers = R"sql(
  WITH RECURSIVE above AS (
    SELECT i.inhparent AS oid FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE c.relkind = 'f'
    UNION SELECT i.inhparent FROM above JOIN pg_inherits i ON i.inhrelid = above.oid)
  SELECT n.nspname, c.relname FROM above JOIN pg_class c ON c.oid = above.oid JOIN pg_namespace n ON n.oid = c.relnamespace)sql";

// schema, table, condition
inline constexpr std::string_view kConfigurationRows = R"sql(
  SELECT n.nspname, c.relname, coalesce(u.condition, '')
    FROM pg_extension x
    CROSS JOIN LATERAL ROWS FROM (unnest(x.extconfig), unnest(x.extcondition)) AS u (oid, condition)
    JOIN pg_class c ON c.oid = u.oid JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE x.extname <> 'whimbrel' AND c.relkind IN ('r', 'p')
   ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C")sql";

}  // namespace whimbrel::pg
