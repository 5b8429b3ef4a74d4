#include "pg_ext/catalog_queries.h"

namespace whimbrel::pg {

namespace {

constexpr std::string_view kEventTriggers = R"sql(
  SELECT e.oid, 0, 0, 'event trigger', NULL, e.evtname, quote_ident(e.evtname), 0,
         e.evtevent,
         (SELECT string_agg(quote_literal(u.tag), ', ' ORDER BY u.place) FROM unnest(e.evttags) WITH ORDINALITY u (tag, place)),
         e.evtfoid::regproc::text,
         CASE e.evtenabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' END,
         pg_get_userbyid(e.evtowner)
    FROM pg_event_trigger e)sql";
constexpr std::string_view kEventTriggerProperties[] = {"event", "tags", "function", "enabled", "owner"};

// One line for each table: "ONLY public.t (a, b) WHERE (a > 1)".
constexpr std::string_view kPublications = R"sql(
  SELECT p.oid, 0, 0, 'publication', NULL, p.pubname, quote_ident(p.pubname), 0,
         CASE WHEN p.puballtables THEN 'true' END,
         concat_ws(', ', CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN p.pubupdate THEN 'update' END,
                   CASE WHEN p.pubdelete THEN 'delete' END, CASE WHEN p.pubtruncate THEN 'truncate' END),
         CASE WHEN p.pubviaroot THEN 'true' END,
         CASE WHEN to_jsonb(p) ->> 'pubgencols' = 's' THEN 'stored' END,
         (SELECT string_agg('ONLY ' || r.prrelid::regclass
                   || coalesce(' (' || (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY k.place)
                                          FROM unnest(r.prattrs) WITH ORDINALITY k (number, place)
                                          JOIN pg_attribute a ON a.attrelid = r.prrelid AND a.attnum = k.number) || ')', '')
                   || coalesce(' WHERE (' || pg_get_expr(r.prqual, r.prrelid) || ')', ''),
                 E'\n' ORDER BY r.prrelid::regclass::text COLLATE "C")
            FROM pg_publication_rel r WHERE r.prpubid = p.oid),
         (SELECT string_agg(s.pnnspid::regnamespace::text, E'\n' ORDER BY s.pnnspid::regnamespace::text COLLATE "C")
            FROM pg_publication_namespace s WHERE s.pnpubid = p.oid),
         pg_get_userbyid(p.pubowner)
    FROM pg_publication p)sql";
constexpr std::string_view kPublicationProperties[] = {
    "all_tables", "publish", "via_partition_root", "generated_columns", "tables", "schemas", "owner"};

// Only a superuser may read them.
constexpr std::string_view kSubscriptions = R"sql(
  SELECT s.oid, 0, 0, 'subscription', NULL, s.subname, quote_ident(s.subname), 0,
         s.subconninfo,
         (SELECT string_agg(quote_ident(u.name), ', ' ORDER BY u.place) FROM unnest(s.subpublications) WITH ORDINALITY u (name, place)),
         coalesce(quote_literal(s.subslotname), 'NONE'),
         nullif(concat_ws(', ',
           CASE WHEN s.subbinary THEN 'binary = true' END,
           CASE j ->> 'substream' WHEN 't' THEN 'streaming = on' WHEN 'true' THEN 'streaming = on' WHEN 'p' THEN 'streaming = parallel' WHEN 'f' THEN 'streaming = off' END,
           CASE WHEN s.subsynccommit <> 'off' THEN 'synchronous_commit = ' || s.subsynccommit END,
           CASE WHEN s.subtwophasestate <> 'd' THEN 'two_phase = on' END,
           CASE WHEN s.subdisableonerr THEN 'disable_on_error = true' END,
           CASE WHEN j ->> 'suborigin' <> 'any' THEN 'origin = ' || (j ->> 'suborigin') END,
           CASE WHEN j ->> 'subpasswordrequired' = 'false' THEN 'password_required = false' END,
           CASE WHEN j ->> 'subrunasowner' = 'true' THEN 'run_as_owner = true' END,
           CASE WHEN j ->> 'subfailover' = 'true' THEN 'failover = true' END), ''),
         pg_get_userbyid(s.subowner)
    FROM pg_subscription s, LATERAL to_jsonb(s) j
   WHERE s.subdbid = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database()))sql";
constexpr std::string_view kSubscriptionProperties[] = {"connection", "publications", "slot_name", "options",
                                                        "owner"};

// For everybody else: that they are there.
constexpr std::string_view kHiddenSubscriptions = R"sql(
  SELECT s.oid, 0, 0, 'subscription', NULL, s.subname, quote_ident(s.subname), 0
    FROM pg_subscription s WHERE s.subdbid = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database()))sql";

constexpr CatalogQuery kQueries[] = {
    {EventTriggerRelationId, InvalidOid, true, false, kEventTriggers, kEventTriggerProperties,
     EventTriggerOidIndexId},
    {PublicationRelationId, InvalidOid, true, false, kPublications, kPublicationProperties,
     PublicationObjectIndexId},
};
constexpr CatalogQuery kSubscriptionQueries[] = {
    {SubscriptionRelationId, InvalidOid, true, false, kSubscriptions, kSubscriptionProperties,
     SubscriptionObjectIndexId},
};
constexpr CatalogQuery kHiddenQueries[] = {
    {SubscriptionRelationId, InvalidOid, true, false, kHiddenSubscriptions, {}, SubscriptionObjectIndexId},
};

}  // namespace

std::span<const CatalogQuery> replication_queries() { return kQueries; }
std::span<const CatalogQuery> subscription_queries(bool superuser) {
  return superuser ? kSubscriptionQueries : kHiddenQueries;
}

}  // namespace whimbrel::pg
