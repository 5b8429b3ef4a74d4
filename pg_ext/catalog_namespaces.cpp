#include "pg_ext/catalog_queries.h"

namespace whimbrel::pg {

namespace {

constexpr std::string_view kSchemas = R"sql(
  SELECT n.oid, 0, 0, 'schema', NULL, n.nspname, quote_ident(n.nspname),
         CASE WHEN n.nspacl IS NOT NULL THEN (
           SELECT string_agg(a::text, ', ' ORDER BY a::text COLLATE "C") FROM unnest(n.nspacl) a) END, 0,
         pg_get_userbyid(n.nspowner)
    FROM pg_namespace n
   WHERE (n.oid >= 16384 OR n.nspname = 'public') AND n.nspname !~ '^pg_')sql";
constexpr std::string_view kOwner[] = {"owner"};

constexpr std::string_view kExtensions = R"sql(
  SELECT e.oid, 0, 0, 'extension', NULL, e.extname, quote_ident(e.extname), NULL, 0, e.extversion, e.extnamespace::regnamespace::text
    FROM pg_extension e WHERE e.oid >= 16384)sql";
constexpr std::string_view kExtensionProperties[] = {"version", "schema"};

constexpr std::string_view kLanguages = R"sql(
  SELECT l.oid, 0, 0, 'language', NULL, l.lanname, quote_ident(l.lanname), NULL, 0,
         concat_ws(' ', l.lanpltrusted, l.lanplcallfoid::regprocedure)
    FROM pg_language l WHERE l.oid >= 16384)sql";

constexpr std::string_view kCollations = R"sql(
  SELECT c.oid, 0, 0, 'collation', n.nspname, c.collname, quote_ident(n.nspname) || '.' || quote_ident(c.collname), NULL, 0,
         (to_jsonb(c) - '{oid,collname,collnamespace,collowner,collversion}'::text[])::text
    FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace WHERE c.oid >= 16384)sql";

constexpr std::string_view kConversions = R"sql(
  SELECT c.oid, 0, 0, 'conversion', n.nspname, c.conname, quote_ident(n.nspname) || '.' || quote_ident(c.conname), NULL, 0,
         concat_ws(' ', c.conforencoding, c.contoencoding, c.conproc, c.condefault)
    FROM pg_conversion c JOIN pg_namespace n ON n.oid = c.connamespace WHERE c.oid >= 16384)sql";

constexpr std::string_view kDefaultPrivileges = R"sql(
  SELECT d.oid, 0, 0, 'default privileges', n.nspname, d.defaclobjtype::text,
         concat_ws(' ', 'of ' || pg_get_userbyid(d.defaclrole), 'in ' || quote_ident(n.nspname), 'on ' || d.defaclobjtype::text), NULL, 0,
         (SELECT coalesce(string_agg(a::text, ', ' ORDER BY a::text COLLATE "C"), 'none') FROM unnest(d.defaclacl) a)
    FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace)sql";
constexpr std::string_view kDefinition[] = {"definition"};

constexpr CatalogQuery kQueries[] = {
    {NamespaceRelationId, InvalidOid, true, false, kSchemas, kOwner},
    {ExtensionRelationId, InvalidOid, true, false, kExtensions, kExtensionProperties},
    {LanguageRelationId, InvalidOid, true, false, kLanguages, kDefinition},
    {CollationRelationId, InvalidOid, true, false, kCollations, kDefinition},
    {ConversionRelationId, InvalidOid, true, false, kConversions, kDefinition},
    {DefaultAclRelationId, InvalidOid, true, false, kDefaultPrivileges, kDefinition},
};

}  // namespace

std::span<const CatalogQuery> namespace_queries() { return kQueries; }

}  // namespace whimbrel::pg
