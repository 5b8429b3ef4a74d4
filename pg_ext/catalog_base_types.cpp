#include "pg_ext/catalog_queries.h"

namespace whimbrel::pg {

namespace {

constexpr std::string_view kRanges = R"sql(
  SELECT t.oid, 0, 0, 'type', n.nspname, t.typname, quote_ident(n.nspname) || '.' || quote_ident(t.typname), 0,
         'range', format_type(r.rngsubtype, NULL),
         (SELECT quote_ident(m.nspname) || '.' || quote_ident(o.opcname)
            FROM pg_opclass o JOIN pg_namespace m ON m.oid = o.opcnamespace WHERE o.oid = r.rngsubopc AND NOT o.opcdefault),
         (SELECT r.rngcollation::regcollation::text FROM pg_type s WHERE s.oid = r.rngsubtype AND s.typcollation <> r.rngcollation),
         nullif(r.rngcanonical::oid, 0)::regproc::text, nullif(r.rngsubdiff::oid, 0)::regproc::text, format_type(r.rngmultitypid, NULL),
         pg_get_userbyid(t.typowner)
    FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace JOIN pg_range r ON r.rngtypid = t.oid
   WHERE t.oid >= 16384 AND n.nspname !~ '^pg_')sql";
constexpr std::string_view kRangeProperties[] = {
    "variety",   "subtype",      "subtype_opclass",      "collation",
    "canonical", "subtype_diff", "multirange_type_name", "owner"};

// Every type of its own has an array; a multirange belongs to its range.
constexpr std::string_view kBaseTypes = R"sql(
  SELECT t.oid, 0, 0, 'type', n.nspname, t.typname, quote_ident(n.nspname) || '.' || quote_ident(t.typname), 0,
         CASE WHEN t.typisdefined THEN 'base' ELSE 'shell' END,
         CASE WHEN t.typisdefined THEN t.typinput::text END, CASE WHEN t.typisdefined THEN t.typoutput::text END,
         nullif(t.typreceive::oid, 0)::regproc::text, nullif(t.typsend::oid, 0)::regproc::text,
         nullif(t.typmodin::oid, 0)::regproc::text, nullif(t.typmodout::oid, 0)::regproc::text,
         nullif(t.typanalyze::oid, 0)::regproc::text, nullif(t.typsubscript::oid, 0)::regproc::text,
         CASE WHEN t.typisdefined THEN CASE t.typlen WHEN -1 THEN 'VARIABLE' ELSE t.typlen::text END END,
         CASE WHEN t.typisdefined AND t.typbyval THEN 'true' END,
         CASE t.typalign WHEN 'c' THEN 'char' WHEN 's' THEN 'int2' WHEN 'd' THEN 'double' END,
         CASE t.typstorage WHEN 'x' THEN 'extended' WHEN 'e' THEN 'external' WHEN 'm' THEN 'main' END,
         CASE WHEN t.typisdefined AND t.typcategory <> 'U' THEN t.typcategory::text END, CASE WHEN t.typispreferred THEN 'true' END,
         t.typdefault, format_type(nullif(t.typelem, 0), NULL), CASE WHEN t.typisdefined AND t.typdelim <> ',' THEN t.typdelim::text END,
         CASE WHEN t.typcollation <> 0 THEN 'true' END, pg_get_userbyid(t.typowner)
    FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
   WHERE t.oid >= 16384 AND n.nspname !~ '^pg_' AND t.typtype IN ('b', 'p')
     AND t.typsubscript <> 'array_subscript_handler'::regproc)sql";
constexpr std::string_view kBaseTypeProperties[] = {
    "variety",   "input",     "output",         "receive",       "send",       "typmod_in", "typmod_out",
    "analyze",   "subscript", "internallength", "passedbyvalue", "alignment",  "storage",   "category",
    "preferred", "default",   "element",        "delimiter",     "collatable", "owner"};

constexpr CatalogQuery kQueries[] = {
    {TypeRelationId, InvalidOid, true, false, kRanges, kRangeProperties, RangeTypidIndexId},
    {TypeRelationId, InvalidOid, true, false, kBaseTypes, kBaseTypeProperties},
};

}  // namespace

std::span<const CatalogQuery> base_type_queries() { return kQueries; }

}  // namespace whimbrel::pg
