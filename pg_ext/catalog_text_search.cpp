#include "pg_ext/catalog_queries.h"

namespace whimbrel::pg {

namespace {

constexpr std::string_view kConfigurations = R"sql(
  SELECT c.oid, 0, 0, 'text search configuration', n.nspname, c.cfgname, quote_ident(n.nspname) || '.' || quote_ident(c.cfgname), NULL, 0,
         (SELECT string_agg(concat_ws(' ', m.maptokentype, m.mapseqno, m.mapdict::regdictionary), E'\n'
                            ORDER BY m.maptokentype, m.mapseqno)
            FROM pg_ts_config_map m WHERE m.mapcfg = c.oid)
    FROM pg_ts_config c JOIN pg_namespace n ON n.oid = c.cfgnamespace WHERE c.oid >= 16384)sql";

constexpr std::string_view kDictionaries = R"sql(
  SELECT d.oid, 0, 0, 'text search dictionary', n.nspname, d.dictname, quote_ident(n.nspname) || '.' || quote_ident(d.dictname), NULL, 0,
         d.dictinitoption
    FROM pg_ts_dict d JOIN pg_namespace n ON n.oid = d.dictnamespace WHERE d.oid >= 16384)sql";
constexpr std::string_view kDefinition[] = {"definition"};

constexpr CatalogQuery kQueries[] = {
    {TSDictionaryRelationId, InvalidOid, true, false, kDictionaries, kDefinition},
    {TSConfigRelationId, InvalidOid, true, false, kConfigurations, kDefinition},
};

}  // namespace

std::span<const CatalogQuery> text_search_queries() { return kQueries; }

}  // namespace whimbrel::pg
