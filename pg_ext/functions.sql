-- The functions of the extension. All of them are one C function, which finds its work by their name; they run with
-- the rights of whoever calls them.

-- Whimbrel's tables: their rows belong to a dump

COMMENT ON TABLE schema_migrations IS 'one row per applied migration';
COMMENT ON TABLE migration_log IS 'what was done with migrations, by whom, from where, with which outcome';
COMMENT ON TABLE migration_journal IS 'how far migrations have come that are not complete';
COMMENT ON TABLE migration_sources IS 'migrations registered in the database with migrate_add()';
COMMENT ON TABLE transfer_rules IS 'what exports and imports have to know and no catalog says: references, secrets, logs, natural keys';
COMMENT ON TABLE id_origins IS 'which row here came from which row elsewhere, of imports with new ids';
COMMENT ON TABLE bundles IS 'bundles as they were declared with bundle_define()';
COMMENT ON TABLE bundle_runs IS 'what imports of bundles have written and what was there before; never a secret';
-- Documents in them are large and are seldom read: the quicker compression, where the server has it.
DO $$ BEGIN
  ALTER TABLE bundle_runs ALTER COLUMN document SET COMPRESSION lz4;
  ALTER TABLE bundle_runs ALTER COLUMN replaced SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported THEN NULL;
END $$;

SELECT pg_catalog.pg_extension_config_dump('schema_migrations', '');
SELECT pg_catalog.pg_extension_config_dump('migration_log', '');
SELECT pg_catalog.pg_extension_config_dump('migration_journal', '');
SELECT pg_catalog.pg_extension_config_dump('migration_sources', '');
SELECT pg_catalog.pg_extension_config_dump('transfer_rules', '');
SELECT pg_catalog.pg_extension_config_dump('id_origins', '');
SELECT pg_catalog.pg_extension_config_dump('bundles', '');
SELECT pg_catalog.pg_extension_config_dump('bundle_runs', '');

-- Everybody may see which migrations were applied (a document names them), not their text.
GRANT SELECT (version, applied_at, description, seq, applied_by, duration_ms, statements, rows_affected, file, checksum,
              token_checksum, repeatable, up_transaction, down_transaction, verify_by_running, required,
              baseline) ON schema_migrations TO PUBLIC;
GRANT SELECT (version, ordinal, state, error) ON migration_journal TO PUBLIC;
-- Whoever exports or imports has to keep the rules.
GRANT SELECT ON transfer_rules TO PUBLIC;
-- A specification names tables and columns, as the catalog does; a run has rows of them.
GRANT SELECT ON bundles TO PUBLIC;

-- Migrations

CREATE FUNCTION migrate_apply(source text DEFAULT NULL, options json DEFAULT '{}')
  RETURNS TABLE (version text, description text, status text, statements bigint, rows_affected bigint,
                 duration_ms double precision, error text, detail text)
  LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'whimbrel_function';
COMMENT ON FUNCTION migrate_apply(text, json) IS
  'applies what is pending in a directory of the server, or (NULL) what was registered; all or nothing';

CREATE FUNCTION migrate_apply(source json, options json DEFAULT '{}')
  RETURNS TABLE (version text, description text, status text, statements bigint, rows_affected bigint,
                 duration_ms double precision, error text, detail text)
  LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'whimbrel_function';
COMMENT ON FUNCTION migrate_apply(json, json) IS
  'applies what is pending in an array of files [{"name": ..., "sql": ...}]; all or nothing';

CREATE PROCEDURE migrate_run(source text DEFAULT NULL, options json DEFAULT '{}', INOUT results json DEFAULT NULL)
  LANGUAGE C AS 'MODULE_PATHNAME', 'whimbrel_procedure';
COMMENT ON PROCEDURE migrate_run(text, json, json) IS
  'applies what is pending in a directory of the server, or (NULL) what was registered; a transaction for each';

CREATE PROCEDURE migrate_run(source json, options json DEFAULT '{}', INOUT results json DEFAULT NULL)
  LANGUAGE C AS 'MODULE_PATHNAME', 'whimbrel_procedure';
COMMENT ON PROCEDURE migrate_run(json, json, json) IS
  'applies what is pending in an array of files [{"name": ..., "sql": ...}]; a transaction for each';

CREATE FUNCTION migrate_status(source text DEFAULT NULL, options json DEFAULT '{}')
  RETURNS TABLE (version text, description text, state text, applied_at timestamp with time zone, applied_by text,
                 duration_ms double precision, file text, note text)
  LANGUAGE C STABLE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'whimbrel_function';
COMMENT ON FUNCTION migrate_status(text, json) IS
  'each migration and its state, for a directory of the server, or (NULL) for what was registered';

CREATE FUNCTION migrate_status(source json, options json DEFAULT '{}')
  RETURNS TABLE (version text, description text, state text, applied_at timestamp with time zone, applied_by text,
                 duration_ms double precision, file text, note text)
  LANGUAGE C STABLE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'whimbrel_function';
COMMENT ON FUNCTION migrate_status(json, json) IS
  'each migration and its state, for an array of files [{"name": ..., "sql": ...}]';

CREATE FUNCTION migrate_plan(source text DEFAULT NULL, options json DEFAULT '{}')
  RETURNS TABLE (version text, description text, ordinal bigint, line bigint, sql text, transactional boolean,
                 hazard text, detail text)
  LANGUAGE C STABLE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'whimbrel_function';
COMMENT ON FUNCTION migrate_plan(text, json) IS
  'each statement that would run, with what can hurt in it, for a directory of the server, or (NULL) for what was registered';

CREATE FUNCTION migrate_plan(source json, options json DEFAULT '{}')
  RETURNS TABLE (version text, description text, ordinal bigint, line bigint, sql text, transactional boolean,
                 hazard text, detail text)
  LANGUAGE C STABLE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'whimbrel_function';
COMMENT ON FUNCTION migrate_plan(json, json) IS
  'each statement that would run, with what can hurt in it, for an array of files [{"name": ..., "sql": ...}]';

CREATE FUNCTION migrate_validate(source text DEFAULT NULL, options json DEFAULT '{}')
  RETURNS TABLE (file text, line bigint, column_number bigint, severity text, code text, message text,
                 hint text)
  LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'whimbrel_function';
COMMENT ON FUNCTION migrate_validate(text, json) IS
  'all problems at once, for a directory of the server, or (NULL) for what was registered';

CREATE FUNCTION migrate_validate(source json, options json DEFAULT '{}')
  RETURNS TABLE (file text, line bigint, column_number bigint, severity text, code text, message text,
                 hint text)
  LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'whimbrel_function';
COMMENT ON FUNCTION migrate_validate(json, json) IS
  'all problems at once, for an array of files [{"name": ..., "sql": ...}]';

CREATE FUNCTION migrate_report(source text DEFAULT NULL, options json DEFAULT '{}')
  RETURNS text
  LANGUAGE C STABLE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'whimbrel_function';
COMMENT ON FUNCTION migrate_report(text, json) IS
  'the status as text for people, or as JSON, for a directory of the server, or (NULL) for what was registered';

CREATE FUNCTION migrate_report(source json, options json DEFAULT '{}')
  RETURNS text
  LANGUAGE C STABLE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'whimbrel_function';
COMMENT ON FUNCTION migrate_report(json, json) IS
  'the status as text for people, or as JSON, for an array of files [{"name": ..., "sql": ...}]';

CREATE FUNCTION migrate_rollback(options json DEFAULT '{}')
  RETURNS TABLE (version text, description text, status text, statements bigint, rows_affected bigint,
                 duration_ms double precision, error text, detail text)
  LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'whimbrel_function';
COMMENT ON FUNCTION migrate_rollback(json) IS 'undoes applied migrations with their stored down SQL; all or nothing';

CREATE FUNCTION migrate_redo(options json DEFAULT '{}')
  RETURNS TABLE (version text, description text, status text, statements bigint, rows_affected bigint,
                 duration_ms double precision, error text, detail text)
  LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'whimbrel_function';
COMMENT ON FUNCTION migrate_redo(json) IS
  'undoes migrations and applies them again, from their stored texts or from a source; all or nothing';

CREATE FUNCTION migrate_reset(options json DEFAULT '{}')
  RETURNS TABLE (version text, description text, status text, statements bigint, rows_affected bigint,
                 duration_ms double precision, error text, detail text)
  LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'whimbrel_function';
COMMENT ON FUNCTION migrate_reset(json) IS
  'undoes everything: all migrations, or all objects that they may have made; needs the database''s name';

CREATE FUNCTION migrate_add(version text, description text, up text, down text DEFAULT NULL,
                            options json DEFAULT '{}')
  RETURNS text
  LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'whimbrel_function';
COMMENT ON FUNCTION migrate_add(text, text, text, text, json) IS 'registers a migration in the database';

CREATE FUNCTION migrate_baseline(version text, options json DEFAULT '{}')
  RETURNS TABLE (version text, description text, status text, statements bigint, rows_affected bigint,
                 duration_ms double precision, error text, detail text)
  LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'whimbrel_function';
COMMENT ON FUNCTION migrate_baseline(text, json) IS
  'records everything up to a version as applied, without running it';

CREATE FUNCTION migrate_repair(version text DEFAULT NULL, options json DEFAULT '{}')
  RETURNS TABLE (version text, action text, detail text)
  LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'whimbrel_function';
COMMENT ON FUNCTION migrate_repair(text, json) IS
  'accepts changed texts of applied migrations, or takes one out of the history; runs nothing';

CREATE FUNCTION migrate_new(directory text, description text, options json DEFAULT '{}')
  RETURNS text
  LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'whimbrel_function';
COMMENT ON FUNCTION migrate_new(text, text, json) IS
  'writes a file for the next migration into a directory of the server, returns its path';

CREATE FUNCTION migrate_adopt(tool text DEFAULT NULL, options json DEFAULT '{}')
  RETURNS TABLE (version text, description text, applied_at timestamp with time zone, tool text, status text,
                 note text)
  LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'whimbrel_function';
COMMENT ON FUNCTION migrate_adopt(text, json) IS
  'takes over the history of another tool, found by the columns of its table';

CREATE FUNCTION migrate_history(options json DEFAULT '{}')
  RETURNS TABLE (log_id bigint, logged_at timestamp with time zone, action text, version text, description text,
                 outcome text, duration_ms double precision, statements bigint, rows_affected bigint,
                 executed_by text, client_address text, application text, server_version text, detail text,
                 settings text)
  LANGUAGE C STABLE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'whimbrel_function';
COMMENT ON FUNCTION migrate_history(json) IS 'what was done with migrations, the newest first';

CREATE FUNCTION migrate_sql(version text, direction text DEFAULT 'up', options json DEFAULT '{}')
  RETURNS text
  LANGUAGE C STABLE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'whimbrel_function';
COMMENT ON FUNCTION migrate_sql(text, text, json) IS 'the stored text of a migration';

-- Data

CREATE FUNCTION export_json(options json DEFAULT '{}')
  RETURNS json
  LANGUAGE C STABLE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'whimbrel_function';
COMMENT ON FUNCTION export_json(json) IS 'the tables as one JSON document';

CREATE FUNCTION export_jsonl(options json DEFAULT '{}')
  RETURNS TABLE (line text)
  LANGUAGE C STABLE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'whimbrel_function';
COMMENT ON FUNCTION export_jsonl(json) IS 'the tables as JSON lines, one row each';

CREATE FUNCTION export_json_file(path text, options json DEFAULT '{}')
  RETURNS TABLE (table_name text, row_count bigint, bytes bigint, digest text)
  LANGUAGE C STABLE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'whimbrel_function';
COMMENT ON FUNCTION export_json_file(text, json) IS
  'the tables as a JSON document (.json) or as lines (.jsonl) in a file of the server, compressed with .gz or .zst';

CREATE FUNCTION backup_json(directory text, options json DEFAULT '{}')
  RETURNS text
  LANGUAGE C STABLE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'whimbrel_function';
COMMENT ON FUNCTION backup_json(text, json) IS
  'the tables as a JSON document in a new file of a directory of the server, named by the time; returns its path';

-- It writes a large object, but reads the tables with the snapshot of the calling statement, as the others do.
CREATE FUNCTION export_json_lo(options json DEFAULT '{}')
  RETURNS oid
  LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'whimbrel_function';
COMMENT ON FUNCTION export_json_lo(json) IS 'the tables as a JSON document in a new large object; returns its oid';

CREATE FUNCTION import_json(document text, options json DEFAULT '{}')
  RETURNS TABLE (table_name text, read bigint, inserted bigint, updated bigint, unchanged bigint, skipped bigint,
                 deleted bigint, ids_remapped bigint, references_rewritten bigint, duration_ms double precision,
                 row_number bigint, error text)
  LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'whimbrel_function';
COMMENT ON FUNCTION import_json(text, json) IS 'the rows of a JSON document into the tables; all or nothing';

CREATE FUNCTION import_json(document json, options json DEFAULT '{}')
  RETURNS TABLE (table_name text, read bigint, inserted bigint, updated bigint, unchanged bigint, skipped bigint,
                 deleted bigint, ids_remapped bigint, references_rewritten bigint, duration_ms double precision,
                 row_number bigint, error text)
  LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'whimbrel_function';
COMMENT ON FUNCTION import_json(json, json) IS 'the rows of a JSON document into the tables; all or nothing';

CREATE FUNCTION import_json_file(path text, options json DEFAULT '{}')
  RETURNS TABLE (table_name text, read bigint, inserted bigint, updated bigint, unchanged bigint, skipped bigint,
                 deleted bigint, ids_remapped bigint, references_rewritten bigint, duration_ms double precision,
                 row_number bigint, error text)
  LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'whimbrel_function';
COMMENT ON FUNCTION import_json_file(text, json) IS
  'the rows of a document in a file of the server into the tables; all or nothing';

CREATE FUNCTION import_json_lo(large_object oid, options json DEFAULT '{}')
  RETURNS TABLE (table_name text, read bigint, inserted bigint, updated bigint, unchanged bigint, skipped bigint,
                 deleted bigint, ids_remapped bigint, references_rewritten bigint, duration_ms double precision,
                 row_number bigint, error text)
  LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'whimbrel_function';
COMMENT ON FUNCTION import_json_lo(oid, json) IS
  'the rows of a document in a large object into the tables; all or nothing';

CREATE FUNCTION import_validate(document text, options json DEFAULT '{}')
  RETURNS TABLE (severity text, code text, table_name text, row_number bigint, path text, message text)
  LANGUAGE C STABLE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'whimbrel_function';
COMMENT ON FUNCTION import_validate(text, json) IS
  'everything that an import of a document, or of a file of the server, would stumble over; writes nothing';

CREATE FUNCTION import_validate(document json, options json DEFAULT '{}')
  RETURNS TABLE (severity text, code text, table_name text, row_number bigint, path text, message text)
  LANGUAGE C STABLE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'whimbrel_function';
COMMENT ON FUNCTION import_validate(json, json) IS
  'everything that an import of a document would stumble over; writes nothing';

CREATE FUNCTION data_digest(options json DEFAULT '{}')
  RETURNS TABLE (table_name text, row_count bigint, digest text)
  LANGUAGE C STABLE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'whimbrel_function';
COMMENT ON FUNCTION data_digest(json) IS 'a digest of each table, the same for the same rows on any engine';

CREATE FUNCTION data_verify(document_or_path text, options json DEFAULT '{}')
  RETURNS TABLE (table_name text, expected_rows bigint, actual_rows bigint, matches boolean, detail text)
  LANGUAGE C STABLE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'whimbrel_function';
COMMENT ON FUNCTION data_verify(text, json) IS
  'compares a document, or a file of the server, with the tables';

CREATE FUNCTION data_verify(document_or_path json, options json DEFAULT '{}')
  RETURNS TABLE (table_name text, expected_rows bigint, actual_rows bigint, matches boolean, detail text)
  LANGUAGE C STABLE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'whimbrel_function';
COMMENT ON FUNCTION data_verify(json, json) IS 'compares a document with the tables';

CREATE FUNCTION rule_add(rule text, table_name text, column_name text DEFAULT NULL, options json DEFAULT '{}')
  RETURNS bigint
  LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'whimbrel_function';
COMMENT ON FUNCTION rule_add(text, text, text, json) IS
  'tells exports and imports what the catalog does not: reference, secret, log, exclude, volatile, natural_key';

CREATE FUNCTION rule_suggest(options json DEFAULT '{}')
  RETURNS TABLE (table_name text, column_name text, path text, target_table text, hit_rate double precision, sampled bigint)
  LANGUAGE C STABLE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'whimbrel_function';
COMMENT ON FUNCTION rule_suggest(json) IS 'references that the data itself shows, for rule_add';

-- The schema

CREATE FUNCTION export_schema(options json DEFAULT '{}')
  RETURNS text
  LANGUAGE C STABLE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'whimbrel_function';
COMMENT ON FUNCTION export_schema(json) IS 'the schema as SQL, in an order that runs on an empty database';

CREATE FUNCTION schema_snapshot(options json DEFAULT '{}')
  RETURNS json
  LANGUAGE C STABLE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'whimbrel_function';
COMMENT ON FUNCTION schema_snapshot(json) IS 'the schema as a JSON document of facts, with a digest';

-- Between SQLite and PostgreSQL

CREATE FUNCTION inspect_sqlite(path text, options json DEFAULT '{}')
  RETURNS TABLE (object text, kind text, declared text, found text, target text, loss text, reason text)
  LANGUAGE C STABLE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'whimbrel_function';
COMMENT ON FUNCTION inspect_sqlite(text, json) IS
  'what import_sqlite would make of everything in a SQLite file, and what would be lost; writes nothing';

CREATE FUNCTION import_sqlite(path text, options json DEFAULT '{}')
  RETURNS TABLE (table_name text, row_count bigint, digest_matches boolean, note text)
  LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'whimbrel_function';
COMMENT ON FUNCTION import_sqlite(text, json) IS
  'schema and data of a SQLite file, with a digest of each table on both sides; all or nothing';

CREATE FUNCTION export_sqlite(path text, options json DEFAULT '{}')
  RETURNS TABLE (table_name text, row_count bigint, digest_matches boolean, note text)
  LANGUAGE C STABLE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'whimbrel_function';
COMMENT ON FUNCTION export_sqlite(text, json) IS
  'the tables as a new SQLite file, with a digest of each on both sides; it appears complete or not at all';

-- JSON documents in columns: functions of values alone

CREATE FUNCTION doc_default(doc json, path text, value json)
  RETURNS json
  LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'whimbrel_value_function';
COMMENT ON FUNCTION doc_default(json, text, json) IS 'gives objects of a document a member where they have none';

CREATE FUNCTION doc_default(doc jsonb, path text, value jsonb)
  RETURNS jsonb
  LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'whimbrel_value_function';
COMMENT ON FUNCTION doc_default(jsonb, text, jsonb) IS 'gives objects of a document a member where they have none';

CREATE FUNCTION doc_default(doc text, path text, value text)
  RETURNS text
  LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'whimbrel_value_function';
COMMENT ON FUNCTION doc_default(text, text, text) IS 'gives objects of a document a member where they have none';

CREATE FUNCTION doc_rename(doc json, path text, name text)
  RETURNS json
  LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'whimbrel_value_function';
COMMENT ON FUNCTION doc_rename(json, text, text) IS 'renames members of a document';

CREATE FUNCTION doc_rename(doc jsonb, path text, name text)
  RETURNS jsonb
  LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'whimbrel_value_function';
COMMENT ON FUNCTION doc_rename(jsonb, text, text) IS 'renames members of a document';

CREATE FUNCTION doc_rename(doc text, path text, name text)
  RETURNS text
  LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'whimbrel_value_function';
COMMENT ON FUNCTION doc_rename(text, text, text) IS 'renames members of a document';

CREATE FUNCTION doc_remove(doc json, path text)
  RETURNS json
  LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'whimbrel_value_function';
COMMENT ON FUNCTION doc_remove(json, text) IS 'takes members or elements out of a document';

CREATE FUNCTION doc_remove(doc jsonb, path text)
  RETURNS jsonb
  LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'whimbrel_value_function';
COMMENT ON FUNCTION doc_remove(jsonb, text) IS 'takes members or elements out of a document';

CREATE FUNCTION doc_remove(doc text, path text)
  RETURNS text
  LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'whimbrel_value_function';
COMMENT ON FUNCTION doc_remove(text, text) IS 'takes members or elements out of a document';

CREATE FUNCTION doc_entries(doc json, path text, key text)
  RETURNS json
  LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'whimbrel_value_function';
COMMENT ON FUNCTION doc_entries(json, text, text) IS 'turns an object of a document into an array whose elements carry their name';

CREATE FUNCTION doc_entries(doc jsonb, path text, key text)
  RETURNS jsonb
  LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'whimbrel_value_function';
COMMENT ON FUNCTION doc_entries(jsonb, text, text) IS 'turns an object of a document into an array whose elements carry their name';

CREATE FUNCTION doc_entries(doc text, path text, key text)
  RETURNS text
  LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'whimbrel_value_function';
COMMENT ON FUNCTION doc_entries(text, text, text) IS 'turns an object of a document into an array whose elements carry their name';

CREATE FUNCTION doc_index(doc json, path text, key text)
  RETURNS json
  LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'whimbrel_value_function';
COMMENT ON FUNCTION doc_index(json, text, text) IS 'turns an array of a document into an object, named by a member of its elements';

CREATE FUNCTION doc_index(doc jsonb, path text, key text)
  RETURNS jsonb
  LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'whimbrel_value_function';
COMMENT ON FUNCTION doc_index(jsonb, text, text) IS 'turns an array of a document into an object, named by a member of its elements';

CREATE FUNCTION doc_index(doc text, path text, key text)
  RETURNS text
  LANGUAGE C IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'whimbrel_value_function';
COMMENT ON FUNCTION doc_index(text, text, text) IS 'turns an array of a document into an object, named by a member of its elements';

-- Bundles

CREATE FUNCTION bundle_define(name text, spec json)
  RETURNS text
  LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'whimbrel_function';
COMMENT ON FUNCTION bundle_define(text, json) IS 'declares a bundle: a document over tables that travels between environments';

CREATE FUNCTION bundle_drop(name text)
  RETURNS boolean
  LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'whimbrel_function';
COMMENT ON FUNCTION bundle_drop(text) IS 'forgets a bundle; its runs stay';

CREATE FUNCTION bundle_list()
  RETURNS TABLE (bundle text, tables text, parameters text, state text, spec json)
  LANGUAGE C STABLE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'whimbrel_function';
COMMENT ON FUNCTION bundle_list() IS 'the bundles that are declared, and whether they still fit the tables';

CREATE FUNCTION bundle_export(name text, options json DEFAULT '{}')
  RETURNS json
  LANGUAGE C STABLE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'whimbrel_function';
COMMENT ON FUNCTION bundle_export(text, json) IS 'the document of a bundle; never a secret';

CREATE FUNCTION bundle_validate(document json, options json DEFAULT '{}')
  RETURNS TABLE (severity text, code text, table_name text, path text, message text)
  LANGUAGE C STABLE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'whimbrel_function';
COMMENT ON FUNCTION bundle_validate(json, json) IS 'everything that is wrong with a bundle''s document, at once';

CREATE FUNCTION bundle_validate(document text, options json DEFAULT '{}')
  RETURNS TABLE (severity text, code text, table_name text, path text, message text)
  LANGUAGE C STABLE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'whimbrel_function';
COMMENT ON FUNCTION bundle_validate(text, json) IS 'everything that is wrong with a bundle''s document, at once';

CREATE FUNCTION bundle_plan(document json, options json DEFAULT '{}')
  RETURNS TABLE (action text, table_name text, key text, column_name text, old_value text, new_value text, plan_hash text)
  LANGUAGE C STABLE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'whimbrel_function';
COMMENT ON FUNCTION bundle_plan(json, json) IS 'what an import of the document would change; nothing is written or locked';

CREATE FUNCTION bundle_plan(document text, options json DEFAULT '{}')
  RETURNS TABLE (action text, table_name text, key text, column_name text, old_value text, new_value text, plan_hash text)
  LANGUAGE C STABLE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'whimbrel_function';
COMMENT ON FUNCTION bundle_plan(text, json) IS 'what an import of the document would change; nothing is written or locked';

CREATE FUNCTION bundle_import(document json, options json DEFAULT '{}')
  RETURNS TABLE (table_name text, inserted bigint, updated bigint, deleted bigint, unchanged bigint, run_id bigint,
                 plan_hash text, summary text)
  LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'whimbrel_function';
COMMENT ON FUNCTION bundle_import(json, json) IS 'imports the document of a bundle, all or nothing; secrets stay as they are here';

CREATE FUNCTION bundle_import(document text, options json DEFAULT '{}')
  RETURNS TABLE (table_name text, inserted bigint, updated bigint, deleted bigint, unchanged bigint, run_id bigint,
                 plan_hash text, summary text)
  LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'whimbrel_function';
COMMENT ON FUNCTION bundle_import(text, json) IS 'imports the document of a bundle, all or nothing; secrets stay as they are here';

CREATE FUNCTION bundle_rollback(run_or_backup bigint, options json DEFAULT '{}')
  RETURNS TABLE (table_name text, inserted bigint, updated bigint, deleted bigint, unchanged bigint, run_id bigint,
                 plan_hash text, summary text)
  LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'whimbrel_function';
COMMENT ON FUNCTION bundle_rollback(bigint, json) IS 'undoes a recorded import of a bundle, when its rows are as it left them';

CREATE FUNCTION bundle_rollback(run_or_backup text, options json DEFAULT '{}')
  RETURNS TABLE (table_name text, inserted bigint, updated bigint, deleted bigint, unchanged bigint, run_id bigint,
                 plan_hash text, summary text)
  LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'whimbrel_function';
COMMENT ON FUNCTION bundle_rollback(text, json) IS 'undoes a recorded import of a bundle, or imports a backup document';

CREATE FUNCTION bundle_rollback(run_or_backup json, options json DEFAULT '{}')
  RETURNS TABLE (table_name text, inserted bigint, updated bigint, deleted bigint, unchanged bigint, run_id bigint,
                 plan_hash text, summary text)
  LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'whimbrel_function';
COMMENT ON FUNCTION bundle_rollback(json, json) IS 'imports a backup document of a bundle';

CREATE FUNCTION bundle_drift(document json, options json DEFAULT '{}')
  RETURNS TABLE (state text, table_name text, key text, column_name text, base_value text, here_value text,
                 there_value text, detail text)
  LANGUAGE C STABLE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'whimbrel_function';
COMMENT ON FUNCTION bundle_drift(json, json) IS 'who has changed what since the last import: this database, the document, or both';

CREATE FUNCTION bundle_drift(document text, options json DEFAULT '{}')
  RETURNS TABLE (state text, table_name text, key text, column_name text, base_value text, here_value text,
                 there_value text, detail text)
  LANGUAGE C STABLE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'whimbrel_function';
COMMENT ON FUNCTION bundle_drift(text, json) IS 'who has changed what since the last import: this database, the document, or both';

-- About

CREATE FUNCTION whimbrel_version()
  RETURNS text
  LANGUAGE C STABLE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'whimbrel_function';
COMMENT ON FUNCTION whimbrel_version() IS 'the version of the code and of the formats that it reads';

-- Schema and data as SQL

CREATE FUNCTION export_data(options json DEFAULT '{}')
  RETURNS TABLE (sql text)
  LANGUAGE C STABLE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'whimbrel_function';
COMMENT ON FUNCTION export_data(json) IS
  'the rows of tables as INSERT statements in dependency order, with what they need around them';

CREATE FUNCTION export_complete(directory text, options json DEFAULT '{}')
  RETURNS TABLE (file text, objects bigint, row_count bigint, bytes bigint)
  LANGUAGE C STABLE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'whimbrel_function';
COMMENT ON FUNCTION export_complete(text, json) IS
  'writes the schema, the rows and a description as three files into a directory of the server';

CREATE FUNCTION apply_complete(directory text, "timestamp" text DEFAULT NULL, options json DEFAULT '{}')
  RETURNS TABLE (file text, statements bigint, row_count bigint, duration_ms double precision)
  LANGUAGE C VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'whimbrel_function';
COMMENT ON FUNCTION apply_complete(text, text, json) IS
  'applies the files of export_complete, the newest when the timestamp is NULL; all or nothing';
