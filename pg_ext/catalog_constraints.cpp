#include "pg_ext/catalog_queries.h"

namespace whimbrel::pg {

namespace {

// `inherited`: by a partition or a child, and not declared by itself as well. The properties of the index of
// a constraint are the constraint's.
constexpr std::string_view kTableConstraints = R"sql(
  SELECT k.oid, 0, k.conrelid, 'constraint', NULL, k.conname, quote_ident(k.conname), NULL, 0,
         CASE k.contype WHEN 'c' THEN 'check' WHEN 'f' THEN 'foreign key' WHEN 'p' THEN 'primary key' WHEN 'u' THEN 'unique'
                        WHEN 'n' THEN 'not null' ELSE 'exclusion' END,
         pg_get_constraintdef(k.oid),
         CASE WHEN k.contype = 'f' AND k.conparentid <> 0 OR k.contype IN ('c', 'n') AND NOT k.conislocal THEN 'true' END,
         CASE WHEN x.reloptions IS NOT NULL THEN (
           SELECT string_agg(quote_ident(split_part(o.text, '=', 1)) || '=' || quote_literal(substr(o.text, strpos(o.text, '=') + 1)),
                             ', ' ORDER BY o.place)
             FROM unnest(x.reloptions) WITH ORDINALITY o (text, place)) END,
         CASE WHEN i.indisclustered THEN 'true' END,
         CASE WHEN i.indisreplident THEN 'true' END,
         CASE WHEN x.relispartition THEN (SELECT h.inhparent::regclass::text FROM pg_inherits h WHERE h.inhrelid = x.oid) END,
         (SELECT d.description FROM pg_description d
           WHERE d.classoid = 'pg_class'::regclass AND d.objoid = x.oid AND d.objsubid = 0)
    FROM pg_constraint k
    LEFT JOIN pg_index i ON i.indexrelid = k.conindid AND k.contype IN ('p', 'u', 'x')
    LEFT JOIN pg_class x ON x.oid = i.indexrelid
   WHERE k.conrelid >= 16384 AND k.contype IN ('c', 'f', 'p', 'u', 'x', 'n'))sql";
constexpr std::string_view kTableConstraintProperties[] = {"type",        "definition",   "inherited",
                                                           "options",     "clustered",    "replica_identity",
                                                           "attached_to", "index_comment"};

constexpr std::string_view kIndexes = R"sql(
  SELECT c.oid, 0, i.indrelid, 'index', n.nspname, c.relname, quote_ident(n.nspname) || '.' || quote_ident(c.relname), NULL, 0,
         pg_get_indexdef(c.oid),
         CASE WHEN NOT i.indisvalid THEN 'true' END,
         CASE WHEN i.indisclustered THEN 'true' END,
         CASE WHEN i.indisreplident THEN 'true' END,
         CASE WHEN c.relispartition THEN (SELECT h.inhparent::regclass::text FROM pg_inherits h WHERE h.inhrelid = c.oid) END,
         CASE WHEN i.indexprs IS NOT NULL THEN (
           SELECT string_agg(a.attnum || ' ' || a.attstattarget, ', ' ORDER BY a.attnum)
             FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attstattarget >= 0) END
    FROM pg_class c JOIN pg_index i ON i.indexrelid = c.oid JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE c.oid >= 16384 AND c.relkind IN ('i', 'I') AND n.nspname !~ '^pg_'
     AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = c.oid AND k.contype IN ('p', 'u', 'x')))sql";
constexpr std::string_view kIndexProperties[] = {"definition",       "invalid",     "clustered",
                                                 "replica_identity", "attached_to", "statistics"};

constexpr std::string_view kStatistics = R"sql(
  SELECT s.oid, 0, s.stxrelid, 'statistics', n.nspname, s.stxname, quote_ident(n.nspname) || '.' || quote_ident(s.stxname), NULL, 0,
         pg_get_statisticsobjdef(s.oid), CASE WHEN s.stxstattarget >= 0 THEN s.stxstattarget END, pg_get_userbyid(s.stxowner)
    FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace)sql";
constexpr std::string_view kStatisticsProperties[] = {"definition", "target", "owner"};

constexpr CatalogQuery kQueries[] = {
    {ConstraintRelationId, RelationRelationId, false, true, kTableConstraints, kTableConstraintProperties},
    {RelationRelationId, RelationRelationId, true, false, kIndexes, kIndexProperties},
    {StatisticExtRelationId, RelationRelationId, true, false, kStatistics, kStatisticsProperties},
};

}  // namespace

std::span<const CatalogQuery> constraint_queries() { return kQueries; }

}  // namespace whimbrel::pg
