#include "pg_ext/catalog_queries.h"

namespace whimbrel::pg {

namespace {

constexpr std::string_view kTypes = R"sql(
  SELECT t.oid, 0, 0, CASE t.typtype WHEN 'd' THEN 'domain' WHEN 'c' THEN 'type' WHEN 'e' THEN 'type' ELSE 'type of kind ' || t.typtype::text END,
         n.nspname, t.typname, quote_ident(n.nspname) || '.' || quote_ident(t.typname),
         0,
         CASE t.typtype WHEN 'e' THEN 'enum' WHEN 'c' THEN 'composite' END,
         CASE t.typtype WHEN 'e' THEN (SELECT string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder)
                                         FROM pg_enum e WHERE e.enumtypid = t.oid) END,
         CASE t.typtype WHEN 'd' THEN format_type(t.typbasetype, t.typtypmod) END,
         CASE WHEN t.typtype = 'd' AND t.typcollation <> (SELECT b.typcollation FROM pg_type b WHERE b.oid = t.typbasetype)
              THEN t.typcollation::regcollation::text END,
         CASE WHEN t.typnotnull THEN 'true' END,
         CASE WHEN t.typtype = 'd' THEN pg_get_expr(t.typdefaultbin, 0) END,
         pg_get_userbyid(t.typowner)
    FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
   WHERE t.oid >= 16384 AND n.nspname !~ '^pg_' AND t.typtype NOT IN ('b', 'p', 'r', 'm')
     AND (t.typrelid = 0 OR EXISTS (SELECT FROM pg_class c WHERE c.oid = t.typrelid AND c.relkind = 'c')))sql";
constexpr std::string_view kTypeProperties[] = {"variety",  "labels",  "base", "collation",
                                                "not_null", "default", "owner"};

constexpr std::string_view kAttributes = R"sql(
  SELECT a.attrelid, a.attnum, c.reltype, 'attribute', NULL, a.attname, quote_ident(a.attname), 0,
         format_type(a.atttypid, a.atttypmod),
         CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::regcollation::text END
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid JOIN pg_type t ON t.oid = a.atttypid
   WHERE c.oid >= 16384 AND c.relkind = 'c' AND a.attnum > 0 AND NOT a.attisdropped
   ORDER BY a.attrelid, a.attnum)sql";
constexpr std::string_view kAttributeProperties[] = {"type", "collation"};

constexpr std::string_view kDomainConstraints = R"sql(
  SELECT k.oid, 0, k.contypid, 'constraint', NULL, k.conname, quote_ident(k.conname), 0,
         CASE k.contype WHEN 'c' THEN 'check' ELSE 'not null' END, pg_get_constraintdef(k.oid)
    FROM pg_constraint k
   WHERE k.contypid >= 16384 AND k.contype IN ('c', 'n'))sql";
constexpr std::string_view kConstraintProperties[] = {"type", "definition"};

// libc's has two parts, where they differ; the others one locale, whose column each version names otherwise.
constexpr std::string_view kCollations = R"sql(
  SELECT c.oid, 0, 0, 'collation', n.nspname, c.collname, quote_ident(n.nspname) || '.' || quote_ident(c.collname), 0,
         CASE c.collprovider WHEN 'c' THEN 'libc' WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'default' END,
         CASE WHEN NOT c.collisdeterministic THEN 'false' END,
         coalesce(j ->> 'colllocale', j ->> 'colliculocale', CASE WHEN c.collcollate = c.collctype THEN c.collcollate END),
         CASE WHEN c.collcollate <> c.collctype THEN c.collcollate END,
         CASE WHEN c.collcollate <> c.collctype THEN c.collctype END,
         j ->> 'collicurules', pg_get_userbyid(c.collowner)
    FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace, LATERAL to_jsonb(c) j
   WHERE c.oid >= 16384)sql";
constexpr std::string_view kCollationProperties[] = {"provider", "deterministic", "locale", "lc_collate",
                                                     "lc_ctype", "rules",         "owner"};

constexpr CatalogQuery kQueries[] = {
    {CollationRelationId, InvalidOid, true, false, kCollations, kCollationProperties, CollationOidIndexId},
    {TypeRelationId, InvalidOid, true, false, kTypes, kTypeProperties},
    {RelationRelationId, TypeRelationId, false, true, kAttributes, kAttributeProperties},
    {ConstraintRelationId, TypeRelationId, false, true, kDomainConstraints, kConstraintProperties},
};

}  // namespace

std::span<const CatalogQuery> type_queries() { return kQueries; }

}  // namespace whimbrel::pg
