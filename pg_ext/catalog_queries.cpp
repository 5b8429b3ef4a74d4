#include "pg_ext/catalog_queries.h"

namespace whimbrel::pg {

namespace {

// What initdb made has OIDs below 16384, all but the schema public is of no interest; the index on oid then
// finds the rest without reading the catalog whole.

constexpr std::string_view kSchemas = R"sql(
  SELECT n.oid, 0, 0, 'schema', quote_ident(n.nspname), 'owner ' || pg_get_userbyid(n.nspowner),
         CASE WHEN n.nspacl IS NOT NULL THEN (
           SELECT string_agg(a::text, ', ' ORDER BY a::text COLLATE "C") FROM unnest(n.nspacl) a) END, 0
    FROM pg_namespace n
   WHERE (n.oid >= 16384 OR n.nspname = 'public') AND n.nspname !~ '^pg_')sql";

// The sequence of an identity column is a part of the column, whatever its name.
constexpr std::string_view kRelations = R"sql(
  SELECT c.oid, 0, 0,
         CASE c.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'table' WHEN 'f' THEN 'foreign table'
                        WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' ELSE 'sequence' END,
         quote_ident(n.nspname) || '.' || quote_ident(c.relname),
         concat_ws(E'\n',
           CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END,
           CASE WHEN c.relpersistence = 'u' THEN 'unlogged' END,
           CASE WHEN c.relkind = 'p' THEN 'partition by ' || pg_get_partkeydef(c.oid) END,
           CASE WHEN c.relkind IN ('r', 'p', 'f') THEN (
             SELECT 'inherits ' || string_agg(i.inhparent::regclass::text, ', ' ORDER BY i.inhseqno)
               FROM pg_inherits i WHERE i.inhrelid = c.oid) END,
           CASE WHEN c.relispartition THEN 'partition ' || pg_get_expr(c.relpartbound, c.oid) END,
           CASE WHEN c.reloftype <> 0 THEN 'of ' || format_type(c.reloftype, NULL) END,
           CASE WHEN c.reloptions IS NOT NULL THEN 'with ' || (
             SELECT string_agg(o, ', ' ORDER BY o COLLATE "C") FROM unnest(c.reloptions) o) END,
           CASE WHEN c.relrowsecurity THEN 'row security' END,
           CASE WHEN c.relforcerowsecurity THEN 'force row security' END,
           CASE WHEN c.relkind IN ('r', 'p', 'm') AND c.relreplident <> 'd' THEN 'replica identity ' || c.relreplident::text END,
           CASE WHEN c.relam <> 0 AND c.relkind IN ('r', 'm') AND c.relam <> 2
                THEN 'using ' || (SELECT quote_ident(a.amname) FROM pg_am a WHERE a.oid = c.relam) END,
           CASE WHEN c.reltablespace <> 0
                THEN 'tablespace ' || (SELECT quote_ident(t.spcname) FROM pg_tablespace t WHERE t.oid = c.reltablespace) END,
           CASE WHEN c.relkind = 'm' AND NOT c.relispopulated THEN 'with no data' END,
           CASE WHEN c.relkind = 'f' THEN (
             SELECT 'server ' || quote_ident(s.srvname) || coalesce(' options ' || f.ftoptions::text, '')
               FROM pg_foreign_table f JOIN pg_foreign_server s ON s.oid = f.ftserver WHERE f.ftrelid = c.oid) END,
           CASE WHEN c.relkind = 'S' THEN (
             SELECT format('as %s start %s increment %s minimum %s maximum %s cache %s%s', format_type(s.seqtypid, NULL),
                           s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache,
                           CASE WHEN s.seqcycle THEN ' cycle' ELSE '' END)
               FROM pg_sequence s WHERE s.seqrelid = c.oid) END,
           CASE WHEN c.relkind = 'S' THEN (
             SELECT 'owned by ' || d.refobjid::regclass::text || '.' || quote_ident(a.attname)
               FROM pg_depend d JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
              WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.objsubid = 0
                AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')) END,
           'owner ' || pg_get_userbyid(c.relowner)),
         CASE WHEN c.relacl IS NOT NULL THEN (
           SELECT nullif(x.now, y.new) FROM
             (SELECT coalesce(string_agg(a::text, ', ' ORDER BY a::text COLLATE "C"), 'none') AS now FROM unnest(c.relacl) a) x,
             (SELECT string_agg(a::text, ', ' ORDER BY a::text COLLATE "C") AS new
                FROM unnest(acldefault(CASE WHEN c.relkind = 'S' THEN 's'::"char" ELSE 'r'::"char" END, c.relowner)) a) y) END,
         c.relfilenode
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S') AND n.nspname !~ '^pg_'
     AND NOT (c.relkind = 'S' AND EXISTS (
       SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'i')))sql";

constexpr std::string_view kTypes = R"sql(
  SELECT t.oid, 0, 0, CASE t.typtype WHEN 'd' THEN 'domain' ELSE 'type' END,
         quote_ident(n.nspname) || '.' || quote_ident(t.typname),
         concat_ws(E'\n',
           CASE t.typtype
             WHEN 'e' THEN (SELECT string_agg(quote_literal(e.enumlabel), E'\n' ORDER BY e.enumsortorder)
                              FROM pg_enum e WHERE e.enumtypid = t.oid)
             WHEN 'd' THEN concat_ws(' ', format_type(t.typbasetype, t.typtypmod),
                             CASE WHEN t.typcollation <> (SELECT b.typcollation FROM pg_type b WHERE b.oid = t.typbasetype)
                                  THEN 'collate ' || t.typcollation::regcollation::text END,
                             CASE WHEN t.typnotnull THEN 'not null' END, 'default ' || t.typdefault)
             WHEN 'c' THEN (SELECT string_agg(quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod)
                                     || CASE WHEN a.attcollation <> 0 AND a.attcollation <> 100
                                             THEN ' collate ' || a.attcollation::regcollation::text ELSE '' END,
                                     E'\n' ORDER BY a.attnum)
                              FROM pg_attribute a WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped)
             WHEN 'r' THEN (SELECT format('range of %s opclass %s canonical %s diff %s', format_type(r.rngsubtype, NULL),
                                          (SELECT o.opcname FROM pg_opclass o WHERE o.oid = r.rngsubopc),
                                          r.rngcanonical, r.rngsubdiff)
                              FROM pg_range r WHERE r.rngtypid = t.oid)
             WHEN 'b' THEN format('input %s output %s length %s align %s storage %s', t.typinput, t.typoutput, t.typlen,
                                  t.typalign, t.typstorage) END,
           'owner ' || pg_get_userbyid(t.typowner)),
         CASE WHEN t.typacl IS NOT NULL THEN (
           SELECT nullif(x.now, y.new) FROM
             (SELECT coalesce(string_agg(a::text, ', ' ORDER BY a::text COLLATE "C"), 'none') AS now FROM unnest(t.typacl) a) x,
             (SELECT string_agg(a::text, ', ' ORDER BY a::text COLLATE "C") AS new FROM unnest(acldefault('T', t.typowner)) a) y) END,
         0
    FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
   WHERE t.oid >= 16384 AND n.nspname !~ '^pg_' AND t.typtype IN ('b', 'c', 'd', 'e', 'p', 'r')
     AND (t.typrelid = 0 OR EXISTS (SELECT FROM pg_class c WHERE c.oid = t.typrelid AND c.relkind = 'c'))
     AND NOT EXISTS (SELECT FROM pg_type e WHERE e.oid = t.typelem AND e.typarray = t.oid))sql";

constexpr std::string_view kColumns = R"sql(
  SELECT a.attrelid, a.attnum, a.attrelid, 'column', quote_ident(a.attname),
         concat_ws(' ', format_type(a.atttypid, a.atttypmod),
           CASE WHEN a.attcollation <> t.typcollation THEN 'collate ' || a.attcollation::regcollation::text END,
           CASE WHEN a.attnotnull THEN 'not null' END,
           CASE WHEN a.atthasdef THEN (
             SELECT CASE a.attgenerated WHEN '' THEN 'default ' || pg_get_expr(d.adbin, d.adrelid)
                      WHEN 's' THEN 'generated always as (' || pg_get_expr(d.adbin, d.adrelid) || ') stored'
                      ELSE 'generated always as (' || pg_get_expr(d.adbin, d.adrelid) || ') virtual' END
               FROM pg_attrdef d WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum) END,
           CASE a.attidentity WHEN 'a' THEN 'generated always as identity' WHEN 'd' THEN 'generated by default as identity' END,
           CASE WHEN a.attidentity <> '' THEN (
             SELECT format('(start %s increment %s minimum %s maximum %s cache %s%s)', s.seqstart, s.seqincrement, s.seqmin,
                           s.seqmax, s.seqcache, CASE WHEN s.seqcycle THEN ' cycle' ELSE '' END)
               FROM pg_depend d JOIN pg_sequence s ON s.seqrelid = d.objid
              WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype = 'i'
                AND d.refobjid = a.attrelid AND d.refobjsubid = a.attnum) END,
           CASE WHEN a.attstorage <> t.typstorage THEN 'storage ' || a.attstorage::text END,
           CASE WHEN a.attcompression <> '' THEN 'compression ' || a.attcompression::text END,
           CASE WHEN a.attstattarget >= 0 THEN 'statistics ' || a.attstattarget END,
           CASE WHEN a.attoptions IS NOT NULL THEN (
             SELECT 'with ' || string_agg(o, ', ' ORDER BY o COLLATE "C") FROM unnest(a.attoptions) o
              WHERE o LIKE 'n\_distinct%') END,
           CASE WHEN a.attfdwoptions IS NOT NULL THEN 'options ' || a.attfdwoptions::text END),
         CASE WHEN a.attacl IS NOT NULL THEN (
           SELECT string_agg(p::text, ', ' ORDER BY p::text COLLATE "C") FROM unnest(a.attacl) p) END, 0
    FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid JOIN pg_class c ON c.oid = a.attrelid
   WHERE a.attrelid >= 16384 AND a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'f'))sql";

constexpr std::string_view kTableConstraints = R"sql(
  SELECT k.oid, 0, k.conrelid, 'constraint', quote_ident(k.conname), pg_get_constraintdef(k.oid), NULL, 0
    FROM pg_constraint k
   WHERE k.conrelid >= 16384 AND k.contype IN ('c', 'f', 'p', 'u', 'x'))sql";

constexpr std::string_view kDomainConstraints = R"sql(
  SELECT k.oid, 0, k.contypid, 'constraint', quote_ident(k.conname), pg_get_constraintdef(k.oid), NULL, 0
    FROM pg_constraint k
   WHERE k.contypid >= 16384 AND k.contype = 'c')sql";

constexpr std::string_view kIndexes = R"sql(
  SELECT c.oid, 0, i.indrelid, 'index', quote_ident(n.nspname) || '.' || quote_ident(c.relname),
         concat_ws(E'\n', pg_get_indexdef(c.oid), CASE WHEN NOT i.indisvalid THEN 'invalid' END,
                   CASE WHEN i.indisclustered THEN 'clustered' END,
                   CASE WHEN i.indisreplident THEN 'replica identity' END), NULL, 0
    FROM pg_class c JOIN pg_index i ON i.indexrelid = c.oid JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE c.oid >= 16384 AND c.relkind IN ('i', 'I') AND n.nspname !~ '^pg_'
     AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = c.oid AND k.contype IN ('p', 'u', 'x')))sql";

constexpr std::string_view kTriggers = R"sql(
  SELECT t.oid, 0, t.tgrelid, 'trigger', quote_ident(t.tgname),
         pg_get_triggerdef(t.oid) || CASE t.tgenabled WHEN 'O' THEN '' ELSE E'\nenabled ' || t.tgenabled::text END, NULL, 0
    FROM pg_trigger t WHERE NOT t.tgisinternal AND t.tgparentid = 0 AND t.oid >= 16384)sql";

constexpr std::string_view kPolicies = R"sql(
  SELECT p.oid, 0, p.polrelid, 'policy', quote_ident(p.polname),
         concat_ws(E'\n', CASE WHEN p.polpermissive THEN 'permissive' ELSE 'restrictive' END, 'for ' || p.polcmd::text,
                   (SELECT 'to ' || string_agg(CASE r WHEN 0 THEN 'public' ELSE pg_get_userbyid(r) END, ', ' ORDER BY r)
                      FROM unnest(p.polroles) r),
                   'using ' || pg_get_expr(p.polqual, p.polrelid), 'with check ' || pg_get_expr(p.polwithcheck, p.polrelid)),
         NULL, 0
    FROM pg_policy p)sql";

constexpr std::string_view kRules = R"sql(
  SELECT r.oid, 0, r.ev_class, 'rule', quote_ident(r.rulename),
         pg_get_ruledef(r.oid) || CASE r.ev_enabled WHEN 'O' THEN '' ELSE E'\nenabled ' || r.ev_enabled::text END, NULL, 0
    FROM pg_rewrite r WHERE r.oid >= 16384 AND r.rulename <> '_RETURN')sql";

constexpr std::string_view kFunctions = R"sql(
  SELECT p.oid, 0, 0, CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END,
         quote_ident(n.nspname) || '.' || quote_ident(p.proname) || '(' || pg_get_function_identity_arguments(p.oid) || ')',
         CASE WHEN p.prokind <> 'a' THEN pg_get_functiondef(p.oid) ELSE (
           SELECT concat_ws(' ', 'sfunc', a.aggtransfn, 'stype', format_type(a.aggtranstype, NULL), 'final', a.aggfinalfn,
                            a.aggfinalextra, a.aggfinalmodify, 'combine', a.aggcombinefn, 'serial', a.aggserialfn,
                            a.aggdeserialfn, 'moving', a.aggmtransfn, a.aggminvtransfn, a.aggmfinalfn, 'sort',
                            a.aggsortop::regoperator, 'kind', a.aggkind, 'initial', a.agginitval)
             FROM pg_aggregate a WHERE a.aggfnoid = p.oid) END || E'\nowner ' || pg_get_userbyid(p.proowner),
         CASE WHEN p.proacl IS NOT NULL THEN (
           SELECT nullif(x.now, y.new) FROM
             (SELECT coalesce(string_agg(a::text, ', ' ORDER BY a::text COLLATE "C"), 'none') AS now FROM unnest(p.proacl) a) x,
             (SELECT string_agg(a::text, ', ' ORDER BY a::text COLLATE "C") AS new FROM unnest(acldefault('f', p.proowner)) a) y) END,
         0
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
   WHERE p.oid >= 16384 AND n.nspname !~ '^pg_')sql";

constexpr std::string_view kStatistics = R"sql(
  SELECT s.oid, 0, s.stxrelid, 'statistics', quote_ident(n.nspname) || '.' || quote_ident(s.stxname),
         pg_get_statisticsobjdef(s.oid) || coalesce(' target ' || s.stxstattarget, ''), NULL, 0
    FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace)sql";

constexpr std::string_view kExtensions = R"sql(
  SELECT e.oid, 0, 0, 'extension', quote_ident(e.extname), 'version ' || e.extversion || ' schema ' || e.extnamespace::regnamespace, NULL, 0
    FROM pg_extension e WHERE e.oid >= 16384)sql";

constexpr std::string_view kEventTriggers = R"sql(
  SELECT e.oid, 0, 0, 'event trigger', quote_ident(e.evtname),
         concat_ws(' ', 'on', e.evtevent, 'execute', e.evtfoid::regprocedure, 'enabled', e.evtenabled, 'tags', e.evttags), NULL, 0
    FROM pg_event_trigger e)sql";

constexpr std::string_view kPublications = R"sql(
  SELECT p.oid, 0, 0, 'publication', quote_ident(p.pubname),
         concat_ws(E'\n', to_jsonb(p) - '{oid,pubname,pubowner}'::text[],
                   (SELECT string_agg(concat_ws(' ', r.prrelid::regclass, r.prattrs, pg_get_expr(r.prqual, r.prrelid)), E'\n'
                                      ORDER BY r.prrelid::regclass::text COLLATE "C")
                      FROM pg_publication_rel r WHERE r.prpubid = p.oid),
                   (SELECT string_agg('schema ' || s.pnnspid::regnamespace, E'\n' ORDER BY s.pnnspid::regnamespace::text COLLATE "C")
                      FROM pg_publication_namespace s WHERE s.pnpubid = p.oid)), NULL, 0
    FROM pg_publication p)sql";

constexpr std::string_view kDefaultPrivileges = R"sql(
  SELECT d.oid, 0, 0, 'default privileges',
         concat_ws(' ', 'of ' || pg_get_userbyid(d.defaclrole), 'in ' || nullif(d.defaclnamespace, 0)::regnamespace, 'on ' || d.defaclobjtype::text),
         (SELECT coalesce(string_agg(a::text, ', ' ORDER BY a::text COLLATE "C"), 'none') FROM unnest(d.defaclacl) a), NULL, 0
    FROM pg_default_acl d)sql";

constexpr std::string_view kCasts = R"sql(
  SELECT c.oid, 0, 0, 'cast', format_type(c.castsource, NULL) || ' as ' || format_type(c.casttarget, NULL),
         concat_ws(' ', c.castfunc::regprocedure, c.castcontext, c.castmethod), NULL, 0
    FROM pg_cast c WHERE c.oid >= 16384)sql";

constexpr std::string_view kOperators = R"sql(
  SELECT o.oid, 0, 0, 'operator', quote_ident(n.nspname) || '.' || o.oprname || '('
           || CASE o.oprleft WHEN 0 THEN 'none' ELSE format_type(o.oprleft, NULL) END || ', '
           || CASE o.oprright WHEN 0 THEN 'none' ELSE format_type(o.oprright, NULL) END || ')',
         concat_ws(' ', o.oprcode, o.oprcom::regoperator, o.oprnegate::regoperator, o.oprrest, o.oprjoin, o.oprcanmerge, o.oprcanhash),
         NULL, 0
    FROM pg_operator o JOIN pg_namespace n ON n.oid = o.oprnamespace WHERE o.oid >= 16384)sql";

constexpr std::string_view kOperatorClasses = R"sql(
  SELECT o.oid, 0, 0, 'operator class',
         quote_ident(n.nspname) || '.' || quote_ident(o.opcname) || ' using ' || (SELECT a.amname FROM pg_am a WHERE a.oid = o.opcmethod),
         concat_ws(' ', 'for', format_type(o.opcintype, NULL), 'storage', format_type(nullif(o.opckeytype, 0), NULL), 'default', o.opcdefault),
         NULL, 0
    FROM pg_opclass o JOIN pg_namespace n ON n.oid = o.opcnamespace WHERE o.oid >= 16384)sql";

constexpr std::string_view kOperatorFamilies = R"sql(
  SELECT o.oid, 0, 0, 'operator family',
         quote_ident(n.nspname) || '.' || quote_ident(o.opfname) || ' using ' || (SELECT a.amname FROM pg_am a WHERE a.oid = o.opfmethod),
         concat_ws(E'\n',
           (SELECT string_agg(concat_ws(' ', 'operator', m.amopstrategy, m.amopopr::regoperator, m.amoppurpose), E'\n'
                              ORDER BY m.amopstrategy, m.amopopr::regoperator::text COLLATE "C")
              FROM pg_amop m WHERE m.amopfamily = o.oid),
           (SELECT string_agg(concat_ws(' ', 'function', m.amprocnum, m.amproc::regprocedure), E'\n'
                              ORDER BY m.amprocnum, m.amproc::regprocedure::text COLLATE "C")
              FROM pg_amproc m WHERE m.amprocfamily = o.oid)), NULL, 0
    FROM pg_opfamily o JOIN pg_namespace n ON n.oid = o.opfnamespace WHERE o.oid >= 16384)sql";

constexpr std::string_view kCollations = R"sql(
  SELECT c.oid, 0, 0, 'collation', quote_ident(n.nspname) || '.' || quote_ident(c.collname),
         (to_jsonb(c) - '{oid,collname,collnamespace,collowner,collversion}'::text[])::text, NULL, 0
    FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace WHERE c.oid >= 16384)sql";

constexpr std::string_view kConversions = R"sql(
  SELECT c.oid, 0, 0, 'conversion', quote_ident(n.nspname) || '.' || quote_ident(c.conname),
         concat_ws(' ', c.conforencoding, c.contoencoding, c.conproc, c.condefault), NULL, 0
    FROM pg_conversion c JOIN pg_namespace n ON n.oid = c.connamespace WHERE c.oid >= 16384)sql";

constexpr std::string_view kTextSearchConfigurations = R"sql(
  SELECT c.oid, 0, 0, 'text search configuration', quote_ident(n.nspname) || '.' || quote_ident(c.cfgname),
         (SELECT string_agg(concat_ws(' ', m.maptokentype, m.mapseqno, m.mapdict::regdictionary), E'\n'
                            ORDER BY m.maptokentype, m.mapseqno)
            FROM pg_ts_config_map m WHERE m.mapcfg = c.oid), NULL, 0
    FROM pg_ts_config c JOIN pg_namespace n ON n.oid = c.cfgnamespace WHERE c.oid >= 16384)sql";

constexpr std::string_view kTextSearchDictionaries = R"sql(
  SELECT d.oid, 0, 0, 'text search dictionary', quote_ident(n.nspname) || '.' || quote_ident(d.dictname), d.dictinitoption, NULL, 0
    FROM pg_ts_dict d JOIN pg_namespace n ON n.oid = d.dictnamespace WHERE d.oid >= 16384)sql";

constexpr std::string_view kLanguages = R"sql(
  SELECT l.oid, 0, 0, 'language', quote_ident(l.lanname), concat_ws(' ', l.lanpltrusted, l.lanplcallfoid::regprocedure), NULL, 0
    FROM pg_language l WHERE l.oid >= 16384)sql";

constexpr std::string_view kWrappers = R"sql(
  SELECT w.oid, 0, 0, 'foreign data wrapper', quote_ident(w.fdwname),
         concat_ws(' ', w.fdwhandler::regprocedure, w.fdwvalidator::regprocedure, w.fdwoptions), NULL, 0
    FROM pg_foreign_data_wrapper w WHERE w.oid >= 16384)sql";

constexpr std::string_view kServers = R"sql(
  SELECT s.oid, 0, 0, 'server', quote_ident(s.srvname),
         concat_ws(' ', (SELECT w.fdwname FROM pg_foreign_data_wrapper w WHERE w.oid = s.srvfdw), s.srvtype, s.srvversion, s.srvoptions),
         NULL, 0
    FROM pg_foreign_server s)sql";

constexpr std::string_view kUserMappings = R"sql(
  SELECT u.umid, 0, 0, 'user mapping', quote_ident(u.usename) || ' on ' || quote_ident(u.srvname), u.umoptions::text, NULL, 0
    FROM pg_user_mappings u)sql";

constexpr CatalogQuery kQueries[] = {
    {NamespaceRelationId, InvalidOid, true, false, kSchemas},
    {RelationRelationId, InvalidOid, true, false, kRelations},
    {TypeRelationId, InvalidOid, true, false, kTypes},
    {RelationRelationId, RelationRelationId, false, true, kColumns},
    {ConstraintRelationId, RelationRelationId, false, true, kTableConstraints},
    {ConstraintRelationId, TypeRelationId, false, true, kDomainConstraints},
    {RelationRelationId, RelationRelationId, true, false, kIndexes},
    {TriggerRelationId, RelationRelationId, false, false, kTriggers},
    {PolicyRelationId, RelationRelationId, false, false, kPolicies},
    {RewriteRelationId, RelationRelationId, false, false, kRules},
    {ProcedureRelationId, InvalidOid, true, false, kFunctions},
    {StatisticExtRelationId, RelationRelationId, true, false, kStatistics},
    {ExtensionRelationId, InvalidOid, true, false, kExtensions},
    {EventTriggerRelationId, InvalidOid, true, false, kEventTriggers},
    {PublicationRelationId, InvalidOid, true, false, kPublications},
    {DefaultAclRelationId, InvalidOid, true, false, kDefaultPrivileges},
    {CastRelationId, InvalidOid, true, false, kCasts},
    {OperatorRelationId, InvalidOid, true, false, kOperators},
    {OperatorClassRelationId, InvalidOid, true, false, kOperatorClasses},
    {OperatorFamilyRelationId, InvalidOid, true, false, kOperatorFamilies},
    {CollationRelationId, InvalidOid, true, false, kCollations},
    {ConversionRelationId, InvalidOid, true, false, kConversions},
    {TSConfigRelationId, InvalidOid, true, false, kTextSearchConfigurations},
    {TSDictionaryRelationId, InvalidOid, true, false, kTextSearchDictionaries},
    {LanguageRelationId, InvalidOid, true, false, kLanguages},
    {ForeignDataWrapperRelationId, InvalidOid, true, false, kWrappers},
    {ForeignServerRelationId, InvalidOid, true, false, kServers},
    {UserMappingRelationId, InvalidOid, true, false, kUserMappings},
};

}  // namespace

std::span<const CatalogQuery> catalog_queries() { return kQueries; }

}  // namespace whimbrel::pg
