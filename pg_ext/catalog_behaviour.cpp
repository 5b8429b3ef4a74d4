#include "pg_ext/catalog_queries.h"

namespace whimbrel::pg {

namespace {

// A partition's copy of a trigger counts where it is not enabled as the original is.
constexpr std::string_view kTriggers = R"sql(
  SELECT t.oid, 0, t.tgrelid, 'trigger', NULL, t.tgname, quote_ident(t.tgname), 0,
         pg_get_triggerdef(t.oid),
         CASE t.tgenabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always'
                          ELSE CASE WHEN t.tgparentid <> 0 THEN 'origin' END END,
         CASE WHEN t.tgparentid <> 0 THEN 'true' END
    FROM pg_trigger t LEFT JOIN pg_trigger p ON p.oid = t.tgparentid
   WHERE NOT t.tgisinternal AND (t.tgparentid = 0 OR t.tgenabled <> p.tgenabled) AND t.oid >= 16384)sql";
constexpr std::string_view kTriggerProperties[] = {"definition", "enabled", "inherited"};

constexpr std::string_view kPolicies = R"sql(
  SELECT p.oid, 0, p.polrelid, 'policy', NULL, p.polname, quote_ident(p.polname), 0,
         CASE WHEN NOT p.polpermissive THEN 'true' END,
         CASE p.polcmd WHEN 'r' THEN 'select' WHEN 'a' THEN 'insert' WHEN 'w' THEN 'update' WHEN 'd' THEN 'delete' END,
         CASE WHEN p.polroles <> '{0}' THEN (
           SELECT string_agg(quote_ident(pg_get_userbyid(r)), ', ' ORDER BY pg_get_userbyid(r)::text COLLATE "C")
             FROM unnest(p.polroles) r) END,
         pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)
    FROM pg_policy p)sql";
constexpr std::string_view kPolicyProperties[] = {"restrictive", "command", "roles", "using", "with_check"};

constexpr std::string_view kRules = R"sql(
  SELECT r.oid, 0, r.ev_class, 'rule', NULL, r.rulename, quote_ident(r.rulename), 0,
         pg_get_ruledef(r.oid),
         CASE r.ev_enabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' END
    FROM pg_rewrite r WHERE r.oid >= 16384 AND r.rulename <> '_RETURN')sql";
constexpr std::string_view kRuleProperties[] = {"definition", "enabled"};

constexpr CatalogQuery kQueries[] = {
    {TriggerRelationId, RelationRelationId, false, false, kTriggers, kTriggerProperties, TriggerOidIndexId},
    {PolicyRelationId, RelationRelationId, false, false, kPolicies, kPolicyProperties, PolicyOidIndexId},
    {RewriteRelationId, RelationRelationId, false, false, kRules, kRuleProperties, RewriteOidIndexId},
};

}  // namespace

std::span<const CatalogQuery> behaviour_queries() { return kQueries; }

}  // namespace whimbrel::pg
