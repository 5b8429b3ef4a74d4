#include "pg_ext/catalog_queries.h"

namespace whimbrel::pg {

namespace {

constexpr std::string_view kParsers = R"sql(
  SELECT p.oid, 0, 0, 'text search parser', n.nspname, p.prsname, quote_ident(n.nspname) || '.' || quote_ident(p.prsname), 0,
         p.prsstart::text, p.prstoken::text, p.prsend::text, nullif(p.prsheadline::oid, 0)::regproc::text, p.prslextype::text
    FROM pg_ts_parser p JOIN pg_namespace n ON n.oid = p.prsnamespace WHERE p.oid >= 16384)sql";
constexpr std::string_view kParserProperties[] = {"start", "gettoken", "end", "headline", "lextypes"};

constexpr std::string_view kTemplates = R"sql(
  SELECT t.oid, 0, 0, 'text search template', n.nspname, t.tmplname, quote_ident(n.nspname) || '.' || quote_ident(t.tmplname), 0,
         nullif(t.tmplinit::oid, 0)::regproc::text, t.tmpllexize::text
    FROM pg_ts_template t JOIN pg_namespace n ON n.oid = t.tmplnamespace WHERE t.oid >= 16384)sql";
constexpr std::string_view kTemplateProperties[] = {"init", "lexize"};

constexpr std::string_view kDictionaries = R"sql(
  SELECT d.oid, 0, 0, 'text search dictionary', n.nspname, d.dictname, quote_ident(n.nspname) || '.' || quote_ident(d.dictname), 0,
         quote_ident(m.nspname) || '.' || quote_ident(t.tmplname), d.dictinitoption, pg_get_userbyid(d.dictowner)
    FROM pg_ts_dict d JOIN pg_namespace n ON n.oid = d.dictnamespace
    JOIN pg_ts_template t ON t.oid = d.dicttemplate JOIN pg_namespace m ON m.oid = t.tmplnamespace
   WHERE d.oid >= 16384)sql";
constexpr std::string_view kDictionaryProperties[] = {"template", "options", "owner"};

// One line for each kind of token: "word WITH english_stem, simple".
constexpr std::string_view kConfigurations = R"sql(
  SELECT c.oid, 0, 0, 'text search configuration', n.nspname, c.cfgname, quote_ident(n.nspname) || '.' || quote_ident(c.cfgname), 0,
         quote_ident(o.nspname) || '.' || quote_ident(p.prsname),
         (SELECT string_agg(x.token || ' WITH ' || x.dictionaries, E'\n' ORDER BY x.tokid)
            FROM (SELECT t.tokid, quote_ident(t.alias) AS token,
                         string_agg(m.mapdict::regdictionary::text, ', ' ORDER BY m.mapseqno) AS dictionaries
                    FROM pg_ts_config_map m JOIN ts_token_type(c.cfgparser) t ON t.tokid = m.maptokentype
                   WHERE m.mapcfg = c.oid GROUP BY t.tokid, t.alias) x),
         pg_get_userbyid(c.cfgowner)
    FROM pg_ts_config c JOIN pg_namespace n ON n.oid = c.cfgnamespace
    JOIN pg_ts_parser p ON p.oid = c.cfgparser JOIN pg_namespace o ON o.oid = p.prsnamespace
   WHERE c.oid >= 16384)sql";
constexpr std::string_view kConfigurationProperties[] = {"parser", "mappings", "owner"};

constexpr CatalogQuery kQueries[] = {
    {TSParserRelationId, InvalidOid, true, false, kParsers, kParserProperties, TSParserOidIndexId},
    {TSTemplateRelationId, InvalidOid, true, false, kTemplates, kTemplateProperties, TSTemplateOidIndexId},
    {TSDictionaryRelationId, InvalidOid, true, false, kDictionaries, kDictionaryProperties,
     TSDictionaryOidIndexId},
    {TSConfigRelationId, InvalidOid, true, false, kConfigurations, kConfigurationProperties,
     TSConfigOidIndexId},
};

}  // namespace

std::span<const CatalogQuery> text_search_queries() { return kQueries; }

}  // namespace whimbrel::pg
