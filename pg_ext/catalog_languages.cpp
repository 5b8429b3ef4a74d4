#include "pg_ext/catalog_queries.h"

namespace whimbrel::pg {

namespace {

constexpr std::string_view kLanguages = R"sql(
  SELECT l.oid, 0, 0, 'language', NULL, l.lanname, quote_ident(l.lanname), 0,
         CASE WHEN l.lanpltrusted THEN 'true' END, nullif(l.lanplcallfoid, 0)::regproc::text,
         nullif(l.laninline, 0)::regproc::text, nullif(l.lanvalidator, 0)::regproc::text, pg_get_userbyid(l.lanowner)
    FROM pg_language l WHERE l.oid >= 16384)sql";
constexpr std::string_view kLanguageProperties[] = {"trusted", "handler", "inline", "validator", "owner"};

constexpr std::string_view kTransforms = R"sql(
  SELECT t.oid, 0, 0, 'transform', NULL, l.lanname, 'FOR ' || format_type(t.trftype, NULL) || ' LANGUAGE ' || quote_ident(l.lanname),
         0, nullif(t.trffromsql::oid, 0)::regprocedure::text, nullif(t.trftosql::oid, 0)::regprocedure::text
    FROM pg_transform t JOIN pg_language l ON l.oid = t.trflang WHERE t.oid >= 16384)sql";
constexpr std::string_view kTransformProperties[] = {"from_sql", "to_sql"};

constexpr std::string_view kAccessMethods = R"sql(
  SELECT a.oid, 0, 0, 'access method', NULL, a.amname, quote_ident(a.amname), 0,
         CASE a.amtype WHEN 't' THEN 'TABLE' ELSE 'INDEX' END, a.amhandler::text
    FROM pg_am a WHERE a.oid >= 16384)sql";
constexpr std::string_view kAccessMethodProperties[] = {"type", "handler"};

constexpr std::string_view kConversions = R"sql(
  SELECT c.oid, 0, 0, 'conversion', n.nspname, c.conname, quote_ident(n.nspname) || '.' || quote_ident(c.conname), 0,
         pg_encoding_to_char(c.conforencoding), pg_encoding_to_char(c.contoencoding), c.conproc::text,
         CASE WHEN c.condefault THEN 'true' END, pg_get_userbyid(c.conowner)
    FROM pg_conversion c JOIN pg_namespace n ON n.oid = c.connamespace WHERE c.oid >= 16384)sql";
constexpr std::string_view kConversionProperties[] = {"source", "target", "function", "default", "owner"};

constexpr CatalogQuery kQueries[] = {
    {LanguageRelationId, InvalidOid, true, false, kLanguages, kLanguageProperties, LanguageOidIndexId},
    {TransformRelationId, InvalidOid, true, false, kTransforms, kTransformProperties, TransformOidIndexId},
    {AccessMethodRelationId, InvalidOid, true, false, kAccessMethods, kAccessMethodProperties, AmOidIndexId},
    {ConversionRelationId, InvalidOid, true, false, kConversions, kConversionProperties,
     ConversionOidIndexId},
};

}  // namespace

std::span<const CatalogQuery> language_queries() { return kQueries; }

}  // namespace whimbrel::pg
